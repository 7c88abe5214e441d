import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openLine } from '../../../gateway/webhooks/line.js';
import { closeServer } from '../../support/close-server.js';

let server: Server;
let asked = 0;
let answer: (response: ServerResponse) => void;
beforeAll(async () => {
  server = createServer((_request, response) => {
    asked += 1;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => closeServer(server));
beforeEach(() => {
  asked = 0;
  answer = (response) => void response.writeHead(200).end();
});
const urlOf = (host: string): URL => new URL(`http://${host}:${(server.address() as AddressInfo).port}/`);
const sent = async (host: string, local: boolean, ...found: string[][]) => {
  let resolved = 0;
  const line = openLine(urlOf(host), {
    timeoutMs: 500,
    local,
    resolve: () => Promise.resolve(found[Math.min((resolved += 1), found.length) - 1] as string[]),
  });
  const answers = [await line.post('{}', {}), await line.post('{}', {})];
  await line.close();
  return { answers: answers.map((each) => (each.kind === 'answered' ? each.status : each.kind)), resolved };
};

test('what was looked at is what is connected to: a name that changes its mind a moment later leads nowhere else', async () => {
  expect(await sent('hooks.example.com', true, ['127.0.0.1'], ['169.254.169.254'])).toEqual({ answers: [200, 200], resolved: 1 });
  expect(asked).toBe(2);
});

test.each([
  ['one private address among public ones', false, ['8.8.8.8', '10.0.0.1']],
  ['this machine, outside a sandbox', false, ['127.0.0.1']],
  ['metadata, in a sandbox too', true, ['169.254.169.254']],
  ['a mapped address', true, ['::ffff:127.0.0.1']],
  ['no address', true, []],
])('%s: not a byte is sent', async (_what, local, found) => {
  expect((await sent('hooks.example.com', local, found)).answers).toEqual(['unreachable', 'unreachable']);
  expect(asked).toBe(0);
});

test('an address in the URL itself is looked at as well', async () => {
  expect((await sent('127.0.0.1', false, ['8.8.8.8'])).answers).toEqual(['unreachable', 'unreachable']);
  expect(asked).toBe(0);
});

test('no proxy of the environment is asked, and no redirect followed', async () => {
  const before = { ...process.env };
  Object.assign(process.env, { HTTP_PROXY: 'http://127.0.0.1:1', http_proxy: 'http://127.0.0.1:1', NODE_USE_ENV_PROXY: '1' });
  answer = (response) => void response.writeHead(307, { location: urlOf('127.0.0.1').href }).end();
  expect((await sent('hooks.example.com', true, ['127.0.0.1'])).answers).toEqual([307, 307]);
  expect(asked).toBe(2);
  process.env = before;
});

test('a name that nobody answers for is given up in time', async () => {
  const line = openLine(urlOf('hooks.example.com'), { timeoutMs: 100, local: true, resolve: () => new Promise(() => {}) });
  expect(await line.post('{}', {})).toEqual({ kind: 'unreachable' });
  await line.close();
});
