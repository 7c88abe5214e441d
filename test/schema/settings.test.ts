import { readSettings, SettingsError } from '../../schema/settings.js';

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
  ${'LEDGER_URL'}              | ${'nowhere'}
`('$name=$value is named', ({ name, value }) => {
  const problems = problemsOf({ TONGDUI_SANDBOX: '1', [name]: value });
  expect(problems.some((problem) => problem.startsWith(`${name}: must`))).toBe(true);
});
