import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder in which a process keeps what it makes for itself: `TONGDUI_DATA`, else `.tongdui` beside package.json. */
export function dataFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const given = environment['TONGDUI_DATA'];
  return given ? resolve(given) : join(packageFolder(dirname(fileURLToPath(import.meta.url))), '.tongdui');
}

/** Compiled files lie deeper than their sources, so the package is found by its manifest. */
function packageFolder(from: string): string {
  const above = dirname(from);
  return existsSync(join(from, 'package.json')) || above === from ? from : packageFolder(above);
}
