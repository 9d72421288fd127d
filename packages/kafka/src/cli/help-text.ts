/** What `--help` prints. */
export const helpText = `Usage: tracelink-kafka <command> [options]

Commands:
  replay                send the records of a dead-letter topic again, each to its original topic
  dead-letters          list the dead-letter topics that there are, or with --from the records of one
  dead-letters show     show one record, with its headers (--partition, --offset)
  doctor                say what is wrong with the trace headers of topics, and what mends it
  studio                start @tracelink/studio, which must be installed, with pages of the dead-letter topics and of the doctor

Options of all commands:
  --brokers <host:port,...>  default: the environment's KAFKA_BROKERS
  --from <topic>             the dead-letter topic (not for doctor and studio)
  --ssl                      connect with TLS
  --sasl <mechanism>         plain, scram-sha-256 or scram-sha-512, with --username and the environment's KAFKA_PASSWORD
  --username <name>
  --json                     one JSON object per line
  -h, --help                 print this and exit
  -v, --version              print the version and exit

Which records:
  --error-class <name>       records that failed with this error class
  --error <text>             records with this text in the class or the message of their error
  --original-topic <topic>   records that came from this topic
  --trace <id>               records of this trace
  --key <text>               records with this key; bytes that are no text in the form of the output: base64:AAAABw==
  --since <time>             records that were written to the dead-letter topic since: 2026-11-29T08:00Z, or 2h ago (s, m, h, d)
  --until <time>             records that were written before
  --limit <number>           at most this many records (dead-letters: 20, with --json all)

Options of replay:
  --dry-run                  report what would be sent; send and commit nothing
  --to <topic>               send to this topic
  --partition <number>       with --offset: this one record of the dead-letter topic, also one that was passed over; commits nothing
  --offset <number>
  --group <id>               the group whose commits record the progress of replays (<from>.replay)
  --all-groups               every group of the topic handles the records again, not only the one that failed
  --rate <number>            at most this many records per second
  --max-replays <number>     skip records that were replayed this many times (3)

Options of doctor, which reads the last records of each partition, joins none of your groups and commits nothing:
  --topic <topic>            look at this topic; may be repeated (all topics but Kafka's own)
  --group <id>               look at the topics that this group has committed; may be repeated
  --last <number>            at most this many records of each partition (100)
  --jaeger <url>             ask this Jaeger whether it has the traces that records name: http://localhost:16686
  --studio <url>             ask @tracelink/studio
  --redact                   print no keys and no values of headers

Options of studio, which runs until Ctrl-C or SIGTERM:
  --port <number>            port of the page and of the OTLP receiver; 0 is any free one (4318)
  --host <address>           address to listen on (127.0.0.1)
  --allow-host <name>        another name that it is reached by; with commas between or given again
  --allow-replay             lets the page send records of dead-letter topics again; without it the page is read only

A record that cannot be sent does not end a replay: it is reported with its place, and stays in the dead-letter topic. The next
replay of the group reads it again, unless one behind it was sent: then --partition and --offset, or a new --group, replay it.

Exit codes:
  0    done
  1    it failed, or records could not be replayed (unroutable, failed); the same command continues where it ended
  2    the options are wrong
       doctor: 0 nothing found, 1 findings, 2 it could not look
  130  ended after the record in flight by Ctrl-C, SIGTERM, or because its output was closed

Example: tracelink-kafka replay --brokers localhost:9092 --from orders.packing.dead-letter --error-class TimeoutError --dry-run
`;
