import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { staffScopes } from '../../../schema/scopes.js';
import { tokenRequest } from '../../../gateway/sandbox/token-request.js';

const asText = (line: string): string => {
  try {
    const request = tokenRequest(line.split(' '), { PORT: '4444' });
    if (request.kind === 'member') return `member ${request.ref} at ${request.url} for ${request.ttlSeconds} s`;
    const { kind, sub, partner, ttlSeconds } = request.claims;
    return `${kind} ${sub} of ${partner ?? 'nobody'} for ${ttlSeconds} s`;
  } catch (error) {
    return (error as Error).message.replace(/ Usage:.*/, '');
  }
};

test.each`
  line                                          | outcome
  ${'--partner telecom'}                        | ${'partner client-telecom of telecom for 3600 s'}
  ${'--partner AUTO --ttl 60'}                  | ${'partner client-automotive of automotive for 60 s'}
  ${'--partner 银行'}                           | ${'partner client-banking of banking for 3600 s'}
  ${'--partner my-new-partner'}                 | ${'partner client-my-new-partner of my-new-partner for 3600 s'}
  ${'--partner ?'}                              | ${'There is no partner "?"; the demo has operator, telecom, automotive, banking, coalition, airline, fashion, baby, shop, insurer, hotel, scenic, retailer, payment, edu, env, city'}
  ${'--member yan'}                             | ${'member M-Yan at http://localhost:4444/graphql for 3600 s'}
  ${'--member 林先生'}                          | ${'member M-Lin at http://localhost:4444/graphql for 3600 s'}
  ${'--member M-Li-abc --url http://x/graphql'} | ${'member M-Li-abc at http://x/graphql for 3600 s'}
  ${'--staff admin'}                            | ${'staff staff-admin of nobody for 3600 s'}
  ${'--staff admin --partner auto'}             | ${'staff staff-admin-automotive of automotive for 3600 s'}
  ${'--staff admin --partner operator'}         | ${'staff staff-admin of nobody for 3600 s'}
  ${'--staff partner-admin'}                    | ${'A partner-admin belongs to a partner: add --partner telecom'}
  ${'--staff boss'}                             | ${'There is no staff role "boss"; there are admin, approver, finance, partner-admin'}
  ${'--regulator'}                              | ${'regulator regulator of nobody for 3600 s'}
  ${'--regulator --partner telecom'}            | ${'Say whom the token is for, one at a time.'}
  ${'--ttl 60'}                                 | ${'Say whom the token is for, one at a time.'}
  ${'--partner telecom --ttl 0'}                | ${'--ttl is a whole number from 1 to 2592000, not "0"'}
  ${'--parner telecom'}                         | ${"Unknown option '--parner'."}
`('$line: $outcome', ({ line, outcome }: { line: string; outcome: string }) => expect(asText(line)).toBe(outcome));

test('staff of a partner hold nothing that reaches beyond it', () => {
  for (const role of Object.keys(staffScopes)) {
    const request = tokenRequest(['--staff', role, '--partner', 'telecom']);
    const scopes = request.kind === 'claims' ? request.claims.scope : [];
    expect(scopes.length).toBeGreaterThan(0);
    expect(scopes.filter((scope) => !scope.endsWith(':own') && scope !== 'catalog.read')).toEqual([]);
  }
});

test('the command prints one token alone, or one sentence and no stack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['dist/gateway/sandbox/token.js', ...args], {
      encoding: 'utf8',
      env: { ...process.env, TONGDUI_DATA: folder },
    });
  try {
    const good = run('--partner', 'telecom');
    expect([good.status, good.stderr]).toEqual([0, '']);
    expect(good.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(decodeJwt(good.stdout.trim())).toMatchObject({ kind: 'partner', partner: 'telecom' });
    const bad = run('--member', 'M-Yan', '--url', 'http://127.0.0.1:9/graphql');
    expect([bad.status, bad.stdout]).toEqual([1, '']);
    expect(bad.stderr).toBe('Nothing answers at http://127.0.0.1:9/graphql: start the graph with npm start, or name another with --url\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
