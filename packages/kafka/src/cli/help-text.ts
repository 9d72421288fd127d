/** What `--help` prints. */
export const helpText = `Usage: tracelink-kafka <command> [options]

Commands:
  replay                send the records of a dead-letter topic again, each to where it came from
  dead-letters          list what is in a dead-letter topic
  dead-letters show     show one record, with its headers (--partition, --offset)

Options of all:
  --brokers <host:port,...>  default: the environment's KAFKA_BROKERS
  --from <topic>             the dead-letter topic
  --ssl                      speak TLS
  --sasl <mechanism>         plain, scram-sha-256 or scram-sha-512, with --username and the environment's KAFKA_PASSWORD
  --username <name>
  --json                     one JSON object a line
  -h, --help                 print this and exit
  -v, --version              print the version and exit

Which records:
  --error-class <name>       those that failed with it
  --original-topic <topic>   those that came from it
  --key <text>               those with this key; bytes that are no text as they are shown: base64:AAAABw==
  --since <time>             those that came into the dead-letter topic since then: 2026-11-29T08:00Z, or 2h ago (s, m, h, d)
  --limit <number>           at most so many (dead-letters: 20)

Options of replay:
  --dry-run                  say what would be sent; send and commit nothing
  --to <topic>               send to this topic
  --partition <number>       with --offset: this one record of the dead-letter topic, also one that was passed; commits nothing
  --offset <number>
  --group <id>               whose commits say how far replays have come (<from>.replay)
  --all-groups               every group of the topic handles the records again, not only the one that failed
  --rate <number>            records a second at most
  --max-replays <number>     leave what was replayed so often (3)

A record that cannot be sent does not end a replay: it is reported with its place, and stays in the dead-letter topic. The next
replay of the group meets it again, unless one behind it was sent: then --partition and --offset name it, or a new --group does.

Exit codes:
  0    done
  1    it failed, or records could not be replayed (unroutable, failed); the same command goes on where it ended
  2    the options are wrong
  130  ended after the record in flight by Ctrl-C, SIGTERM, or because no one reads what it prints any more

Example: tracelink-kafka replay --brokers localhost:9092 --from orders.packing.dead-letter --error-class TimeoutError --dry-run
`;
