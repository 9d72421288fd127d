# Sourced by a finding: a folder of its own, public packages in it, and Apache Kafka on a free port of this machine. All of it goes at the end.
set -euo pipefail

kafka_version=4.4.0
work=$(mktemp -d)
broker=
second_broker=

finish() {
  local node
  for node in $second_broker $broker; do
    kill "$node" 2>/dev/null || true
    wait "$node" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap finish EXIT

# The packages, by name and exact version.
install() { # package@version...
  (cd "$work" && npm init --yes >/dev/null && npm install --no-save --no-audit --no-fund --loglevel=error "$@" >/dev/null)
}

# Runs the program of standard input with the packages that were installed, and says what it printed.
run() {
  cat >"$work/finding.mjs"
  seen=$(cd "$work" && KAFKA_BROKERS="${brokers:-}" timeout 120 node --no-warnings finding.mjs)
  printf 'seen:\n%s\n' "$seen"
}

# The packages of PyPI, by name and exact version, in an environment of their own; needs Python 3.10.
install_python() { # package==version...
  python3 -m venv "$work/python"
  "$work/python/bin/pip" install --quiet --disable-pip-version-check "$@"
}

# Runs the Python program of standard input with them, and says what it printed.
run_python() {
  cat >"$work/finding.py"
  seen=$(cd "$work" && KAFKA_BROKERS="${brokers:-}" timeout 120 python/bin/python -W ignore finding.py)
  printf 'seen:\n%s\n' "$seen"
}

# Builds and runs the Go program of standard input with the modules, by path and exact version, and says what it printed; needs Go 1.26.
run_go() { # module@version...
  mkdir "$work/go"
  cat >"$work/go/main.go"
  (
    cd "$work/go"
    go mod init finding
    go get "$@"
    go mod tidy
    go build -o ../finding .
  ) >"$work/go.log" 2>&1 || {
    cat "$work/go.log"
    exit 1
  }
  seen=$(KAFKA_BROKERS="${brokers:-}" timeout 120 "$work/finding")
  printf 'seen:\n%s\n' "$seen"
}

# The packages of Maven Central, by group, name and exact version, with all that they need, in a folder; needs Java 17 and Maven.
install_java() { # folder group:name:version...
  local folder=$1 group name version dependencies=
  shift
  while IFS=: read -r group name version; do
    dependencies+="<dependency><groupId>$group</groupId><artifactId>$name</artifactId><version>$version</version></dependency>"
  done < <(printf '%s\n' "$@")
  cat >"$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>findings</groupId><artifactId>finding</artifactId><version>1</version><dependencies>$dependencies</dependencies></project>
POM
  mvn --quiet --batch-mode --file "$work/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder"
}

# Runs the Java program of standard input, one class, with the packages, and says what it printed.
run_java() { # group:name:version...
  cat >"$work/Finding.java"
  install_java "$work/java" "$@"
  seen=$(KAFKA_BROKERS="${brokers:-}" timeout 120 java -Dfile.encoding=UTF-8 -cp "$work/java/*" "$work/Finding.java" 2>/dev/null)
  printf 'seen:\n%s\n' "$seen"
}

# Ends with 1 when what was printed is no longer what this finding is about.
expect() { # text
  if [ "$seen" = "$1" ]; then
    printf 'as found\n'
  else
    printf 'changed; what was found:\n%s\n' "$1"
    exit 1
  fi
}

# Two free ports of this machine.
free_ports() {
  node -e '
    const { createServer } = require("node:net");
    const servers = [createServer(), createServer()];
    let open = 0;
    for (const server of servers) server.listen(0, "127.0.0.1", () => {
      if (++open < servers.length) return;
      console.log(servers.map((each) => each.address().port).join(" "));
      for (const each of servers) each.close();
    });'
}

# Returns once a node accepts connections at the port.
await_kafka() { # port
  for _ in $(seq 120); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return; fi
    sleep 0.5
  done
  printf 'Apache Kafka %s did not start\n' "$kafka_version"
  exit 1
}

# One node that is broker and controller, from the jars of Maven Central; needs Java 17 and Maven.
start_kafka() {
  local ports
  ports=$(free_ports)
  read -r port controller_port <<<"$ports"
  brokers=127.0.0.1:$port
  install_java "$work/libs" "org.apache.kafka:kafka_2.13:$kafka_version"
  cat >"$work/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller_port
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$work/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
PROPERTIES
  java -cp "$work/libs/*" kafka.tools.StorageTool format -t 4L6g3nShT-eMCtK--X86sw -c "$work/server.properties" >"$work/format.log" 2>&1
  java -Xmx512m -cp "$work/libs/*" kafka.Kafka "$work/server.properties" >"$work/server.log" 2>&1 &
  broker=$!
  await_kafka "$port"
}

# Node 2, a broker only, beside the node of start_kafka: where it is gone, the cluster still has its controller. `second_broker` is its process.
start_second_broker() {
  local second_port
  read -r second_port _ <<<"$(free_ports)"
  sed -e 's/^process.roles=.*/process.roles=broker/' -e 's/^node.id=.*/node.id=2/' -e "s|^log.dirs=.*|log.dirs=$work/second-data|" \
    -e "s|^listeners=.*|listeners=PLAINTEXT://127.0.0.1:$second_port|" \
    -e "s|^advertised.listeners=.*|advertised.listeners=PLAINTEXT://127.0.0.1:$second_port|" "$work/server.properties" >"$work/second.properties"
  java -cp "$work/libs/*" kafka.tools.StorageTool format -t 4L6g3nShT-eMCtK--X86sw -c "$work/second.properties" >"$work/second-format.log" 2>&1
  java -Xmx512m -cp "$work/libs/*" kafka.Kafka "$work/second.properties" >"$work/second-server.log" 2>&1 &
  second_broker=$!
  await_kafka "$second_port"
}
