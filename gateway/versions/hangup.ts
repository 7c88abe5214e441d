/** SIGHUP asks a program in the background to look for what has changed. At a terminal it still says that the terminal is gone. */
export function onHangup(look: () => Promise<void>): void {
  if (!process.stdout.isTTY) process.on('SIGHUP', () => void look());
}
