/** What `--help` prints: of one command, or of all in short. */
export function helpText(command: string): string {
  return Object.hasOwn(commands, command) ? (commands[command] ?? overview) : overview;
}

const overview = `Usage: tracelink-kafka <command> [options]

Commands:
  dead-letters          list the dead-letter topics that there are, or with --from the records of one
  dead-letters show     show one record, with its headers
  replay                send the records of a dead-letter topic again, each to its original topic
  doctor                say what is wrong with the trace headers of topics, and the fix
  studio                start @tracelink/studio, which must be installed, with pages of the dead-letter topics and of the doctor

tracelink-kafka <command> --help has the options of each.
`;

const connection = `  --brokers <host:port,...>  default: the environment's KAFKA_BROKERS
  --client <name>            kafkajs, platformatic or confluent; otherwise the first of them that is installed
  --ssl                      connect with TLS
  --sasl <mechanism>         plain, scram-sha-256 or scram-sha-512, with --username and the environment's KAFKA_PASSWORD
  --username <name>`;

const ofAll = `  -h, --help                 print this and exit
  -v, --version              print the version and exit`;

const withOutput = `${connection}
  --json                     one JSON object per line
${ofAll}`;

const from = `  --from <topic>             the dead-letter topic; --record with a topic names it, too`;

const record = `  --record <place>           this record, by its place in the dead-letter topic: orders.dead-letter/0/7, or 0/7 with --from`;

const which = `  --trace <id>               records of this trace: the one that the message was first sent in, or of the attempt that failed
  --origin <place>           records that came from there: orders, orders/0, or the one record orders/0/7
  --since <time>             records that were written to the dead-letter topic since: 2026-11-29T08:00Z, or 2h ago (s, m, h, d)
  --until <time>             records that were written before
  --error <text>             records with this text in the class or the message of their error
  --error-class <name>       records that failed with this error class
  --key <text>               records with this key; bytes that are no text in the form of the output: base64:AAAABw==
${record}; may be repeated`;

const interrupted = `130  ended by Ctrl-C, SIGTERM, or because its output was closed`;

const commands: Readonly<Record<string, string>> = {
  'dead-letters': `Usage: tracelink-kafka dead-letters [options]

Lists the dead-letter topics that there are, or with --from the records of one. Sends and commits nothing.

Options:
${from}
${withOutput}

Which records; all that are given must hold:
${which}
  --limit <number>           at most this many records (20, with --json all)

Exit codes:
  0    done
  1    it failed
  2    the options are wrong
  ${interrupted}

Example: tracelink-kafka dead-letters --brokers localhost:9092 --from orders.packing.dead-letter --error "no stock" --since 2h
`,
  'dead-letters show': `Usage: tracelink-kafka dead-letters show --record <place> [options]

Shows one record, with its headers.

Options:
${record}
${from}
${withOutput}

Exit codes:
  0    done
  1    it failed, or there is no such record
  2    the options are wrong
  ${interrupted}

Example: tracelink-kafka dead-letters show --brokers localhost:9092 --record orders.packing.dead-letter/0/7
`,
  replay: `Usage: tracelink-kafka replay --from <topic> [options]

Sends the records of a dead-letter topic again, each to the topic and partition that it came from. The same command continues where it
was interrupted. A record that was sent is not sent again, also when another filter selects it. A record that cannot be sent is reported
with its place, and the next replay with the same filter tries it again.

Options:
${from}
  --dry-run                  say what would be sent where; send and commit nothing
  --to <topic>               send to this topic
  --limit <number>           at most this many records
  --rate <number>            at most this many records per second
  --all-groups               every group of the topic handles the records again, not only the one that failed
  --group <id>               the account of what was replayed (<from>.replay); another one starts over
  --max-replays <number>     skip records that were replayed this many times (3)
${withOutput}

Which records; all that are given must hold:
${which}

Exit codes:
  0    done
  1    it failed, or records could not be replayed (unroutable, failed); the same command continues where it ended, with the times that it
       prints where --since or --until had durations
  2    the options are wrong
  ${interrupted}, after the record in flight

Example: tracelink-kafka replay --brokers localhost:9092 --from orders.packing.dead-letter --trace <id> --dry-run
`,
  doctor: `Usage: tracelink-kafka doctor [options]

Reads the last records of each partition, and says what is wrong with their trace headers, and the fix. Joins none of your groups and
commits nothing.

Options:
  --topic <topic>            look at this topic; may be repeated (all topics but Kafka's own)
  --group <id>               look at the topics that this group has committed; may be repeated
  --last <number>            at most this many records of each partition (100)
  --jaeger <url>             ask this Jaeger whether it has the traces that records name: http://localhost:16686
  --studio <url>             ask @tracelink/studio
  --tempo <url>              ask this Grafana Tempo, or what speaks its HTTP API: http://localhost:3200
  --tenant <name>            the tenant of a Tempo that has several
  --redact                   print no keys and no values of headers
${withOutput}

Exit codes:
  0    nothing found
  1    findings
  2    it could not look, or the options are wrong
  ${interrupted}

Example: tracelink-kafka doctor --brokers localhost:9092 --topic orders
`,
  studio: `Usage: tracelink-kafka studio [options]

Starts @tracelink/studio, which must be installed, with pages of the dead-letter topics and of the doctor. It runs until Ctrl-C or SIGTERM.

Options:
  --port <number>            port of the page and of the receiver of OTLP over HTTP; 0 is any free one (4318)
  --grpc-port <number|none>  port of the receiver of OTLP over gRPC; 0 is any free one (4317)
  --host <address>           address to listen on (127.0.0.1)
  --allow-host <name>        another name that it is reached by; with commas between or given again
  --max-spans <number>       spans in memory (100000)
  --max-spans-per-trace <number>      spans of one trace (20000)
  --max-log-lines-per-trace <number>  log lines of one trace (10000)
  --max-megabytes <number>   memory for them (128)
  --max-age-minutes <number> how long a trace is kept after the last of it came (720)
  --allow-replay             lets the page send records of dead-letter topics again; without it the page is read only
${connection}
${ofAll}

Exit codes:
  0    ended by Ctrl-C or SIGTERM
  1    it failed
  2    the options are wrong

Example: tracelink-kafka studio --brokers localhost:9092 --port 0
`,
};
