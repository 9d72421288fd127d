/**
 * Keeps one warning of Node from the terminal: newer ones warn of a timer of kafkajs, about which whoever types a command can do
 * nothing. All others are printed as before.
 */
export function muteTimerWarnings(): void {
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'TimeoutNegativeWarning') for (const print of printers) print(warning);
  });
}
