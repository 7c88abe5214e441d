import { spawnSync } from 'node:child_process';

/** A start in an environment that has nothing but what is given. */
function start(script: string, argv: readonly string[], environment: Record<string, string>): { status: number | null; text: string } {
  const result = spawnSync(process.execPath, [script, ...argv], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status: result.status, text: result.stderr };
}

const production = {
  TONGDUI_SIGNING_KEYS: `k1:${'s'.repeat(32)}`,
  TONGDUI_PAIRWISE_SECRET: Buffer.alloc(32, 1).toString('base64'),
  DATABASE_URL: 'postgres://127.0.0.1:1/nothing',
  TONGDUI_ISSUER: 'https://issuer.test',
  TONGDUI_JWKS_URL: 'https://issuer.test/keys',
};

test.each`
  what                                 | script                      | argv                               | environment                                                         | names
  ${'a production start with nothing'} | ${'dist/gateway/start.js'}  | ${[]}                              | ${{}}                                                               | ${['TONGDUI_SIGNING_KEYS', 'TONGDUI_PAIRWISE_SECRET', 'DATABASE_URL', 'TONGDUI_ISSUER', 'TONGDUI_JWKS_URL']}
  ${'several values that are wrong'}   | ${'dist/gateway/start.js'}  | ${[]}                              | ${{ ...production, PORT: 'x', DATABASE_URL: 'y', LEDGER_URL: 'z' }} | ${['PORT', 'DATABASE_URL', 'LEDGER_URL']}
  ${'sandbox arguments in production'} | ${'dist/gateway/start.js'}  | ${['--reset', '--members', '-1x']} | ${production}                                                       | ${['--members']}
  ${'a gateway alone with nothing'}    | ${'dist/gateway/main.js'}   | ${[]}                              | ${{}}                                                               | ${['TONGDUI_SIGNING_KEYS', 'TONGDUI_ISSUER']}
  ${'a subgraph that is on no roster'} | ${'dist/subgraphs/main.js'} | ${['nothing']}                     | ${production}                                                       | ${['members, ledger, catalog']}
  ${'a database that does not answer'} | ${'dist/subgraphs/main.js'} | ${['ledger']}                      | ${production}                                                       | ${['ECONNREFUSED']}
`('$what ends with 1, says everything at once, and shows no stack', ({ script, argv, environment, names }) => {
  const { status, text } = start(script, argv, environment);
  expect(status).toBe(1);
  for (const name of names) expect(text).toContain(name);
  expect(text).not.toMatch(/\n\s+at |node:internal|\.ts:\d/);
});
