import type { Logger } from 'pino';
import type { CallSettings } from '../../schema/call-settings.js';
import { httpTransport } from '../../schema/http-transport.js';
import type { Limits } from '../../schema/limits.js';
import type { ExecutorName } from '../../schema/settings.js';
import type { Transport } from '../../schema/transport.js';
import type { Viewer } from '../../schema/viewer.js';
import type { Rates } from '../limits/rates.js';
import { addressesIn } from '../versions/addresses.js';
import { openVersion, type Version, type VersionOptions } from '../versions/version.js';
import { presentForeign } from './errors.js';
import { readForeign, type Undecided } from './open-fields.js';

/** A caller whose authorization is the subgraphs' own matter. */
export interface ForeignViewer extends Viewer {
  readonly authorization?: string;
}

export interface ForeignOptions {
  readonly undecided: Undecided;
  /** What calls to subgraphs keep to. */
  readonly calls?: CallSettings | undefined;
  readonly executor: ExecutorName;
  readonly limits: Limits;
  /** Who pays; nothing costs anything where there is nobody. */
  readonly rates?: Rates | undefined;
  /** The same transport, with its figures taken. */
  readonly timed: (transport: Transport) => Transport;
  readonly failed?: VersionOptions['failed'];
  readonly log: Logger;
}

/** Opens a foreign supergraph with connections of its own to the addresses in it. */
export async function openGeneration(
  sdl: string,
  { undecided, calls, executor, limits, rates, timed, failed, log }: ForeignOptions,
  last?: Version,
): Promise<Version> {
  const composed = readForeign(sdl, undecided, rates !== undefined);
  const transport = httpTransport({
    ...calls,
    urls: usableAddresses(sdl),
    forwards: (viewer) => {
      const { authorization } = viewer as ForeignViewer;
      return (authorization === undefined ? {} : { authorization }) as Record<string, string>;
    },
  });
  try {
    const version = await openVersion(composed, {
      transport: timed(transport),
      executor,
      limits,
      rates,
      failed,
      log,
      whose: 'foreign',
      audiences: ['anonymous'],
      formatError: (formatted, error) => presentForeign(formatted, error, (id, cause) => log.error({ err: cause, id }, 'masked error')),
    });
    await version.supergraph.warm(last?.known() ?? []);
    return {
      ...version,
      async close() {
        await version.close();
        await transport.close();
      },
    };
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/** Whoever asked what needs a subgraph without an address would hear that it is unavailable, for as long as this version is served. */
function usableAddresses(sdl: string): ReadonlyMap<string, string> {
  const urls = addressesIn(sdl);
  for (const [subgraph, url] of urls)
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new Error(`The address of the subgraph ${subgraph} is no http(s) URL`);
  return urls;
}
