/** What `--help` prints. */
export const helpText = `Usage: tracelink-studio [options]

Receives traces and logs by OTLP/HTTP and shows them with the links between them. All is in memory, and gone when it stops.

Options:
  --port <number>                port of the page and of the receiver; 0 is any free one         (4318)
  --host <address>               address to listen on                                             (127.0.0.1)
  --allow-host <name>            another name that it is reached by, host.docker.internal say;
                                 with commas between or given again
  --max-spans <number>           spans in memory                                                  (100000)
  --max-spans-per-trace <number> spans of one trace                                               (20000)
  --max-log-lines-per-trace <number>  log lines of one trace                                      (10000)
  --max-megabytes <number>       memory for them                                                  (128)
  --max-age-minutes <number>     how long a trace is kept after the last of it came               (720)
  -h, --help                     print this and exit
  -v, --version                  print the version and exit

Exit codes: 0 stopped by SIGINT or SIGTERM, 1 it could not start, 2 the options are wrong.

Example: tracelink-studio --port 4318
`;
