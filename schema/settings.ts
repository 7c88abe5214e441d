import { statSync } from 'node:fs';
import { z } from 'zod';
import { callShape, type CallSettings } from './call-settings.js';
import { usualShared } from './http-transport.js';
import { type Limits, limitsShape } from './limits.js';
import { type PersistedMode, readModes } from './persisted-modes.js';
import { roster } from './roster.js';
import { type StreamSettings, streamShape } from './stream-settings.js';
import { type WebhookSettings, webhookShape } from './webhook-settings.js';

/** Everything that a process reads from its environment, read once; every problem is named at once. */
export interface Settings {
  readonly sandbox: boolean;
  readonly host: string;
  readonly port: number;
  /** Absent in a sandbox, which then uses the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string;
  readonly jwksUrl: string | undefined;
  readonly signingKeys: readonly { readonly id: string; readonly secret: string }[];
  /** Secrets of the pairwise member ids, at least 32 bytes each: the first seals, a second one still opens. None in a sandbox. */
  readonly pairwiseSecrets: readonly Buffer[];
  /** Base URLs of the instances of each subgraph that runs as its own process. */
  readonly subgraphUrls: ReadonlyMap<string, readonly string[]>;
  /** Who runs the plans: our executor, or Apollo's for comparison. */
  readonly executor: ExecutorName;
  /** So many reads that begin at the same time share a connection to a subgraph; one is none. */
  readonly sharedCalls: number;
  /** What calls to subgraphs keep to, all and each. */
  readonly calls: CallSettings;
  /** What a request may be and cost; what is not said is as `schema/limits.ts` has it. */
  readonly limits: Limits;
  /** File of the supergraph, followed while the gateway runs; the one that came with the program where there is none. */
  readonly supergraph: string | undefined;
  /** Whose pages may read answers in a browser. */
  readonly origins: readonly string[];
  /** How streams of events run. */
  readonly streams: StreamSettings;
  /** How webhooks are delivered; null where this process delivers none. */
  readonly webhooks: WebhookSettings | null;
  /** How instances of the gateway wake each other; by the database where there is none, and by looking where there is neither. */
  readonly natsUrl: string | undefined;
  /** Port for those who run it, with its figures; none unless it is named. */
  readonly adminPort: number | undefined;
  /** Where that port is opened; the address of the other one unless it is named. */
  readonly adminHost: string;
  /** How this process ends when it is told to: how long it still takes requests, and how long those under way may take. */
  readonly drain: { readonly noticeMs: number; readonly longestMs: number };
  /** Registered documents: a folder of manifests, and how strict each client's is. */
  readonly persisted: { readonly folder: string | undefined; readonly modes: ReadonlyMap<string, PersistedMode> };
}

export type ExecutorName = 'own' | 'apollo';

/** Bad configuration: all problems, one per line; no stack is of any use to who reads it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** What goes wrong while a setting is followed is said with its name. */
export async function following<Value>(setting: string, follow: () => Promise<Value>): Promise<Value> {
  try {
    return await follow();
  } catch (error) {
    throw new SettingsError([`${setting}: ${(error as Error).message}`]);
  }
}

const url = z.url({ error: 'must be a URL' });
const urls = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.url({ error: 'must be a URL, or several separated by commas' })));
const keys = z
  .string()
  .regex(
    /^[\w-]{1,64}:[^\s,]{32,}(,[\w-]{1,64}:[^\s,]{32,})?$/,
    'must be one or two of ID:SECRET, separated by a comma, each secret at least 32 characters',
  )
  .transform((text) =>
    text.split(',').map((pair) => ({ id: pair.slice(0, pair.indexOf(':')), secret: pair.slice(pair.indexOf(':') + 1) })),
  );
const secrets = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.base64('must be base64')).max(2, 'must be one or two secrets, separated by a comma'))
  .transform((texts) => texts.map((text) => Buffer.from(text, 'base64')))
  .refine((all) => all.every((bytes) => bytes.length >= 32), 'must hold at least 32 bytes each');

/** Of the ledger; it reads the key itself each time it signs, so that a key can be replaced while it runs. */
const proofKey = z.string().refine(isPrivateJwk, 'must be a private JWK as JSON, of an Ed25519 or P-256 key');

function isPrivateJwk(text: string): boolean {
  try {
    const { crv, d } = JSON.parse(text) as { crv?: unknown; d?: unknown };
    return (crv === 'Ed25519' || crv === 'P-256') && typeof d === 'string';
  } catch {
    return false;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JSON object' });
    return z.NEVER;
  }
});
const limits = json.pipe(limitsShape);
const calls = json.pipe(callShape);
const origins = z
  .string()
  .transform((text) => text.split(','))
  .pipe(
    z.array(z.string().regex(/^(?:\*|https?:\/\/[^\s/,?#@]+)$/, 'must be origins such as https://shop.example, separated by commas, or *')),
  );
const streams = json.pipe(streamShape);
const webhooks = json.pipe(webhookShape);
const wholeMs = z.coerce.number({ error: 'must be milliseconds' }).int('must be a whole number').min(0, 'must be 0 or more');
const modes = z.string().transform((text, context) => {
  const read = readModes(text);
  if (read) return read;
  context.addIssue({ code: 'custom', message: 'must be NAME=off|log|enforce, separated by commas' });
  return z.NEVER;
});

const shape = z.object({
  TONGDUI_SANDBOX: z.enum(['0', '1'], { error: 'must be 0 or 1' }).default('0'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce
    .number({ error: 'must be a port number' })
    .int('must be a whole number')
    .min(0, 'must be 0 to 65535')
    .max(65_535, 'must be 0 to 65535')
    .default(4000),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL')
    .optional(),
  TONGDUI_ISSUER: z.string().optional(),
  TONGDUI_AUDIENCE: z.string().default('tongdui'),
  TONGDUI_JWKS_URL: url.optional(),
  TONGDUI_SIGNING_KEYS: keys.optional(),
  TONGDUI_PAIRWISE_SECRET: secrets.optional(),
  TONGDUI_PROOF_KEY: proofKey.optional(),
  TONGDUI_EXECUTOR: z.enum(['own', 'apollo'], { error: 'must be own or apollo' }).default('own'),
  TONGDUI_SUPERGRAPH: z.string().refine(isFile, 'must be a file that can be read').optional(),
  TONGDUI_SHARED_CALLS: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(1, 'must be 1 to 16')
    .max(16, 'must be 1 to 16')
    .default(usualShared),
  TONGDUI_CALLS: calls.optional(),
  TONGDUI_LIMITS: limits.optional(),
  TONGDUI_ORIGINS: origins.optional(),
  TONGDUI_STREAMS: streams.optional(),
  TONGDUI_WEBHOOKS: z.union([z.literal('off'), webhooks], { error: 'must be off, or a JSON object of settings' }).optional(),
  NATS_URL: z
    .string()
    .regex(/^(nats|tls):\/\//, 'must be a nats:// URL')
    .optional(),
  TONGDUI_ADMIN_PORT: z.coerce.number({ error: 'must be a port number' }).int('must be a whole number').min(0).max(65_535).optional(),
  TONGDUI_ADMIN_HOST: z.string().optional(),
  TONGDUI_DRAIN_NOTICE_MS: wholeMs.optional(),
  TONGDUI_DRAIN_MS: wholeMs.default(20_000),
  TONGDUI_DOCUMENTS: z.string().optional(),
  TONGDUI_DOCUMENT_MODES: modes.optional(),
  // Read where they are needed, each by itself; what makes no sense is said here.
  TONGDUI_EVENT_DAYS: z.coerce
    .number({ error: 'must be a number of days' })
    .int('must be a whole number')
    .min(1, 'must be 1 to 3650')
    .max(3_650, 'must be 1 to 3650')
    .optional(),
  TONGDUI_LOG: z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
      error: 'must be silent, fatal, error, warn, info, debug or trace',
    })
    .optional(),
  TONGDUI_DISTRIBUTED: z.enum(['0', '1'], { error: 'must be 0 or 1' }).optional(),
  ...Object.fromEntries(roster.map((line) => [line.urlVariable, urls.optional()])),
});

/** Every name that is read here; `schema/README.md` says what each is. */
export const settingNames: readonly string[] = Object.keys(shape.shape);

type Part = 'gateway' | 'subgraph';

/** Pure: environment to settings, for a process that runs the given parts. Production needs what a sandbox makes for itself. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>, parts: readonly Part[]): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const result = shape.safeParse(given);
  const problems = result.success
    ? []
    : result.error.issues.map(
        ({ path: [name, ...inside], message }) =>
          `${String(name)}: ${message}${inside.length > 0 ? ` (${inside.map(String).join('.')})` : ''}`,
      );
  const sandbox = given['TONGDUI_SANDBOX'] === '1';
  if (!sandbox) {
    const needed: Record<string, string> = {
      TONGDUI_SIGNING_KEYS: 'the keys with which gateway and subgraphs sign their calls',
      TONGDUI_PAIRWISE_SECRET: 'the secret of the pairwise member ids',
    };
    if (parts.includes('subgraph')) needed['DATABASE_URL'] = 'a PostgreSQL 15 or later';
    if (parts.includes('gateway'))
      Object.assign(needed, {
        TONGDUI_ISSUER: 'the OIDC issuer whose tokens are accepted',
        TONGDUI_JWKS_URL: "the address of the issuer's keys",
      });
    for (const [name, what] of Object.entries(needed))
      if (given[name] === undefined) problems.push(`${name}: is missing: ${what} (or set TONGDUI_SANDBOX=1 for a sandbox)`);
  } else if ((given['TONGDUI_ISSUER'] === undefined) !== (given['TONGDUI_JWKS_URL'] === undefined))
    problems.push('TONGDUI_ISSUER: must come with TONGDUI_JWKS_URL, and that with it');
  if (!result.success || problems.length > 0) throw new SettingsError(problems);
  const settings = result.data;
  const byVariable = settings as unknown as Readonly<Record<string, readonly string[] | undefined>>;
  return {
    sandbox,
    host: settings.HOST,
    port: settings.PORT,
    databaseUrl: settings.DATABASE_URL,
    issuer: settings.TONGDUI_ISSUER,
    audience: settings.TONGDUI_AUDIENCE,
    jwksUrl: settings.TONGDUI_JWKS_URL,
    signingKeys: settings.TONGDUI_SIGNING_KEYS ?? [],
    pairwiseSecrets: settings.TONGDUI_PAIRWISE_SECRET ?? [],
    subgraphUrls: new Map(roster.flatMap(({ name, urlVariable }) => (byVariable[urlVariable] ? [[name, byVariable[urlVariable]]] : []))),
    executor: settings.TONGDUI_EXECUTOR,
    sharedCalls: settings.TONGDUI_SHARED_CALLS,
    supergraph: settings.TONGDUI_SUPERGRAPH,
    calls: settings.TONGDUI_CALLS ?? {},
    limits: settings.TONGDUI_LIMITS ?? limitsShape.parse({}),
    origins: settings.TONGDUI_ORIGINS ?? [],
    streams: settings.TONGDUI_STREAMS ?? streamShape.parse({}),
    webhooks: webhooksOf(settings.TONGDUI_WEBHOOKS, sandbox),
    natsUrl: settings.NATS_URL,
    adminPort: settings.TONGDUI_ADMIN_PORT,
    adminHost: settings.TONGDUI_ADMIN_HOST ?? settings.HOST,
    // Nobody balances before a sandbox.
    drain: { noticeMs: settings.TONGDUI_DRAIN_NOTICE_MS ?? (sandbox ? 0 : usualNoticeMs), longestMs: settings.TONGDUI_DRAIN_MS },
    persisted: { folder: settings.TONGDUI_DOCUMENTS, modes: settings.TONGDUI_DOCUMENT_MODES ?? new Map() },
  };
}

/** What a balancer needs to notice that an instance goes. */
export const usualNoticeMs = 1_000;

/** Only a sandbox sends to itself, and does unless it is told otherwise. */
const webhooksOf = (given: 'off' | WebhookSettings | undefined, sandbox: boolean): WebhookSettings | null =>
  given === 'off' ? null : { ...(given ?? webhookShape.parse({})), local: sandbox };

/** Where each subgraph answers: as configured, else on its usual port of this host. */
export const urlsOf = (settings: Pick<Settings, 'subgraphUrls'>): ReadonlyMap<string, readonly string[]> =>
  new Map(roster.map((line) => [line.name, settings.subgraphUrls.get(line.name) ?? [`http://127.0.0.1:${line.port}`]]));
