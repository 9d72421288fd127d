/** What `--help` prints. */
export const helpText = `Usage: embedded-kafka [options]

A Kafka broker in memory, for tests, demos and one developer's machine. All records are gone when it stops.

Options:
  --port <number>                port of the first broker; others get the ports after it; 0 is any free one  (9092)
  --host <address>               address to listen on, which clients are told too                            (127.0.0.1)
  --topics <name[:partitions]>   topics that are there from the start, with commas between or given again
  --brokers <number>             brokers of the cluster                                                       (1)
  --default-partitions <number>  partitions of a topic that a client makes by asking for it                   (1)
  --no-auto-create               asking for a topic does not make it
  -h, --help                     print this and exit
  -v, --version                  print the version and exit

Exit codes: 0 stopped by SIGINT or SIGTERM, 1 it could not start, 2 the options are wrong.

Example: embedded-kafka --port 9092 --topics orders:3,shipments
`;
