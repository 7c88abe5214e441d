import { foreignDefaults } from '../../schema/limits.js';
import { readSettings, type Settings, usualNoticeMs } from '../../schema/settings.js';

/** What there is to say where the supergraph is not ours. */
export interface ForeignRules extends Pick<
  Settings,
  'host' | 'port' | 'calls' | 'executor' | 'limits' | 'origins' | 'adminPort' | 'adminHost' | 'drain'
> {
  /** Whether operations cost anything: only where the operator says what a caller may spend, as of lists of strangers nobody knows the length. */
  readonly isPriced: boolean;
}

/** Pure: the environment as this mode has it. Names and numbers of TONGDUI_LIMITS are the same; what is not said is more generous. */
export function readForeignRules(environment: Readonly<Record<string, string | undefined>>): ForeignRules {
  const given = objectIn(environment['TONGDUI_LIMITS']);
  const settings = readSettings(
    {
      ...environment,
      // It needs no secrets either; but it may well have a balancer before it.
      TONGDUI_SANDBOX: '1',
      TONGDUI_DRAIN_NOTICE_MS: environment['TONGDUI_DRAIN_NOTICE_MS'] || String(usualNoticeMs),
      ...(given ? { TONGDUI_LIMITS: JSON.stringify({ ...foreignDefaults, ...given }) } : {}),
    },
    ['gateway'],
  );
  return { ...settings, isPriced: given !== null && ('budgets' in given || 'rates' in given) };
}

/** Null for what is no object, of which the settings say so. */
function objectIn(text: string | undefined): object | null {
  if (text === undefined || text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
