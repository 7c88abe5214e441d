import { readFileSync } from 'node:fs';
import { callRules } from '../../schema/guarded-call.js';
import { roster } from '../../schema/roster.js';
import { readSettings, settingNames, SettingsError } from '../../schema/settings.js';

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readSettings(environment, ['gateway', 'subgraph']);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
};

test('a sandbox needs nothing', () => {
  expect(readSettings({ TONGDUI_SANDBOX: '1' }, ['gateway', 'subgraph'])).toMatchObject({
    sandbox: true,
    port: 4000,
    databaseUrl: undefined,
  });
});

test('one secret of the pairwise ids, or two while one replaces the other', () => {
  const [fresh, earlier] = [Buffer.alloc(32, 1), Buffer.alloc(40, 2)];
  const read = (text: string) => readSettings({ TONGDUI_SANDBOX: '1', TONGDUI_PAIRWISE_SECRET: text }, ['gateway']).pairwiseSecrets;
  expect(read(fresh.toString('base64'))).toEqual([fresh]);
  expect(read(`${fresh.toString('base64')},${earlier.toString('base64')}`)).toEqual([fresh, earlier]);
});

test('production names everything that it lacks at once', () => {
  expect(problemsOf({}).map((problem) => problem.split(':')[0])).toEqual([
    'TONGDUI_SIGNING_KEYS',
    'TONGDUI_PAIRWISE_SECRET',
    'DATABASE_URL',
    'TONGDUI_ISSUER',
    'TONGDUI_JWKS_URL',
  ]);
});

test.each`
  name                         | value
  ${'PORT'}                    | ${'eighty'}
  ${'PORT'}                    | ${'70000'}
  ${'PORT'}                    | ${'80.5'}
  ${'DATABASE_URL'}            | ${'mysql://x'}
  ${'TONGDUI_SANDBOX'}         | ${'yes'}
  ${'TONGDUI_SIGNING_KEYS'}    | ${'short:key'}
  ${'TONGDUI_PAIRWISE_SECRET'} | ${'AAAA'}
  ${'TONGDUI_PAIRWISE_SECRET'} | ${'not base64!'}
  ${'TONGDUI_PAIRWISE_SECRET'} | ${[1, 2, 3].map((byte) => Buffer.alloc(32, byte).toString('base64')).join(',')}
  ${'TONGDUI_PAIRWISE_SECRET'} | ${`${Buffer.alloc(32).toString('base64')},`}
  ${'LEDGER_URL'}              | ${'nowhere'}
  ${'LEDGER_URL'}              | ${'http://127.0.0.1:1,nowhere'}
  ${'TONGDUI_SUPERGRAPH'}      | ${'/nowhere/at/all'}
  ${'TONGDUI_ORIGINS'}         | ${'shop.example'}
  ${'TONGDUI_ORIGINS'}         | ${'https://shop.example/'}
  ${'TONGDUI_ORIGINS'}         | ${'https://shop.example,'}
  ${'TONGDUI_EVENT_DAYS'}      | ${'0'}
  ${'TONGDUI_EVENT_DAYS'}      | ${'a week'}
  ${'TONGDUI_EVENT_DAYS'}      | ${'3651'}
  ${'TONGDUI_LOG'}             | ${'loud'}
  ${'TONGDUI_DISTRIBUTED'}     | ${'yes'}
  ${'TONGDUI_PROOF_KEY'}       | ${'secret'}
  ${'TONGDUI_PROOF_KEY'}       | ${'{"kty":"OKP","crv":"Ed25519","x":"public"}'}
`('$name=$value is named', ({ name, value }) => {
  const problems = problemsOf({ TONGDUI_SANDBOX: '1', [name]: value });
  expect(problems.some((problem) => problem.startsWith(`${name}: must`))).toBe(true);
});

test('webhooks: as usual, off, or by their settings; only a sandbox sends to itself, whatever is said', () => {
  const production = {
    TONGDUI_SIGNING_KEYS: `k:${'s'.repeat(40)}`,
    TONGDUI_PAIRWISE_SECRET: Buffer.alloc(32, 1).toString('base64'),
    TONGDUI_ISSUER: 'https://issuer.test',
    TONGDUI_JWKS_URL: 'https://issuer.test/keys',
  };
  const webhooksOf = (given: string | undefined, sandbox: '0' | '1') =>
    readSettings({ ...(sandbox === '1' ? {} : production), TONGDUI_SANDBOX: sandbox, TONGDUI_WEBHOOKS: given }, ['gateway']).webhooks;
  expect(webhooksOf(undefined, '0')).toMatchObject({ timeoutMs: 10_000, atOnce: 20, local: false });
  expect(webhooksOf('off', '0')).toBeNull();
  expect(webhooksOf('{"retrySeconds":[1,2],"local":true}', '0')).toMatchObject({ retrySeconds: [1, 2], local: false });
  expect(webhooksOf(undefined, '1')).toMatchObject({ local: true });
  for (const wrong of ['no', '{', '{"retrySeconds":[]}', '{"leaseMs":5000}', '{"unknown":1}'])
    expect(() => webhooksOf(wrong, '1')).toThrow('TONGDUI_WEBHOOKS');
});

test('every setting is in the table of the README', () => {
  const text = readFileSync('schema/README.md', 'utf8');
  const urls = new Set(roster.map(({ urlVariable }) => urlVariable));
  expect(settingNames.filter((name) => !urls.has(name) && !text.includes(`| \`${name}\` |`))).toEqual([]);
});

test('figures are where everything else is, unless they are to be elsewhere', () => {
  const hostOf = (more: Record<string, string>) => readSettings({ TONGDUI_SANDBOX: '1', HOST: '10.0.0.1', ...more }, ['gateway']).adminHost;
  expect([hostOf({}), hostOf({ TONGDUI_ADMIN_HOST: '127.0.0.1' })]).toEqual(['10.0.0.1', '127.0.0.1']);
});

test.each(['TONGDUI_ISSUER', 'TONGDUI_JWKS_URL'])('a sandbox with %s alone is told what is missing', (name) => {
  expect(problemsOf({ TONGDUI_SANDBOX: '1', [name]: 'https://issuer.test' })).toEqual([
    'TONGDUI_ISSUER: must come with TONGDUI_JWKS_URL, and that with it',
  ]);
});

test('calls to subgraphs keep to what is said of one, then of all, then to what is usual', () => {
  const text =
    '{"readTimeoutMs": 3000, "breaker": {"failures": 4}, "subgraphs": {"ledger": {"readTimeoutMs": 1500, "breaker": {"restMs": 9}}}}';
  const { calls } = readSettings({ TONGDUI_SANDBOX: '1', TONGDUI_CALLS: text }, ['gateway']);
  expect(callRules(calls, 'catalog')).toEqual({
    readTimeoutMs: 3_000,
    writeTimeoutMs: 5_000,
    maxAnswerBytes: 2_097_152,
    breaker: { failures: 4, restMs: 500, atOnce: 512 },
  });
  expect(callRules(calls, 'ledger')).toMatchObject({ readTimeoutMs: 1_500, breaker: { failures: 4, restMs: 9, atOnce: 512 } });
  for (const wrong of ['{"readTimeoutMs": 0}', '{"reads": 1}', '{"subgraphs": {"ledger": {"breaker": {"rest": 1}}}}', 'soon'])
    expect(problemsOf({ TONGDUI_SANDBOX: '1', TONGDUI_CALLS: wrong })).toEqual([expect.stringMatching(/^TONGDUI_CALLS: /)]);
});
