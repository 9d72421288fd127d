/** What `--help` prints. */
export const helpText = `Usage: tracelink-kafka <command> [options]

Commands:
  replay                send the messages of a dead-letter topic again, each to where it came from
  dead-letters          list what is in a dead-letter topic
  dead-letters show     show one of them, with its headers (--partition, --offset)

Options of all:
  --brokers <host:port,...>  default: the environment's KAFKA_BROKERS
  --from <topic>             the dead-letter topic
  --ssl                      speak TLS
  --sasl <mechanism>         plain, scram-sha-256 or scram-sha-512, with --username and the environment's KAFKA_PASSWORD
  --username <name>
  --json                     one JSON object a line
  -h, --help                 print this and exit
  -v, --version              print the version and exit

Which letters:
  --error-class <name>       those that failed with it
  --original-topic <topic>   those that came from it
  --key <text>               those with this key
  --limit <number>           at most so many (dead-letters: 20)

Options of replay:
  --dry-run                  say what would be sent; send and commit nothing
  --to <topic>               send to this topic
  --group <id>               whose commits say how far replays have come (<from>.replay)
  --rate <number>            messages a second at most
  --max-replays <number>     leave what was replayed so often (3)

Exit codes: 0 done, 1 it failed, 2 the options are wrong, 130 ended after the message at work, by Ctrl-C or as nobody
reads what it prints any more.

Example: tracelink-kafka replay --brokers localhost:9092 --from orders.packing.dead-letter --error-class TimeoutError --dry-run
`;
