import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A command that cannot do what was asked; its message is the one sentence that a person reads. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Where the graph listens when nothing else is said. */
export const defaultUrl = (environment: Readonly<Record<string, string | undefined>> = process.env): string =>
  `http://localhost:${environment['PORT'] ?? '4000'}/graphql`;

/** Reads a command's options strictly; whatever does not fit is a sentence that ends in the usage. */
export function readOptions<const T extends ParseArgsConfig>(config: T, usage: string): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const [problem = ''] = (error as Error).message.split('. ');
    throw new CommandError(`${problem.replace(/\.$/, '')}. Usage: ${usage}`);
  }
}

/** A whole number of an option within its bounds, both included. */
export function wholeNumber(name: string, text: string, from: number, to: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= from && value <= to)) throw new CommandError(`--${name} is a whole number from ${from} to ${to}, not "${text}"`);
  return value;
}

/** Runs a command: its number is the exit code; a failure is one sentence on standard error and exit code 1, never a stack. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  // Whoever reads may have seen enough (`| head`); that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    process.exitCode = await command();
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}
