import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { openFront } from '../../gateway/front.js';
import { badRequest } from '../../gateway/limits/refused.js';
import { send } from '../../gateway/respond.js';
import { closeServer } from '../support/close-server.js';

let server: Server;
afterEach(() => closeServer(server));

/** What a page of the origin is told by a gateway of these origins: whether it may read, and the status. */
async function told(origins: readonly string[], origin: string | undefined, method: string): Promise<Record<string, unknown>> {
  const front = openFront({
    route: (request, response) => {
      if (request.method !== 'POST') return Promise.reject(badRequest('POST only', 405));
      return Promise.resolve(send(response, 200, { data: null }));
    },
    refused: () => {},
    origins,
    log: pino({ level: 'silent' }),
  });
  server = createServer(front.handle);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const { status, headers } = await fetch(`http://127.0.0.1:${port}/graphql`, { method, headers: origin === undefined ? {} : { origin } });
  const allowed = headers.get('access-control-allow-origin');
  return { status, allowed, vary: headers.get('vary'), headers: headers.get('access-control-allow-headers')?.includes('idempotency-key') };
}

const [shop, other] = ['https://shop.example', 'https://other.example'];
test.each`
  what                     | origins          | origin                    | method       | answer
  ${'a page that may'}     | ${[other, shop]} | ${shop}                   | ${'POST'}    | ${{ status: 200, allowed: shop, vary: 'origin' }}
  ${'its browser before'}  | ${[other, shop]} | ${shop}                   | ${'OPTIONS'} | ${{ status: 204, allowed: shop, vary: 'origin', headers: true }}
  ${'what is refused'}     | ${[shop]}        | ${shop}                   | ${'GET'}     | ${{ status: 405, allowed: shop, vary: 'origin' }}
  ${'a page that may not'} | ${[shop]}        | ${other}                  | ${'POST'}    | ${{ status: 200, allowed: null, vary: null }}
  ${'its browser'}         | ${[shop]}        | ${other}                  | ${'OPTIONS'} | ${{ status: 405, allowed: null, vary: null }}
  ${'a longer name'}       | ${[shop]}        | ${`${shop}.evil.example`} | ${'OPTIONS'} | ${{ status: 405, allowed: null, vary: null }}
  ${'another protocol'}    | ${[shop]}        | ${'http://shop.example'}  | ${'OPTIONS'} | ${{ status: 405, allowed: null, vary: null }}
  ${'no page'}             | ${[shop]}        | ${undefined}              | ${'POST'}    | ${{ status: 200, allowed: null, vary: null }}
  ${'nobody is named'}     | ${[]}            | ${shop}                   | ${'OPTIONS'} | ${{ status: 405, allowed: null, vary: null }}
  ${'all are'}             | ${['*']}         | ${'null'}                 | ${'OPTIONS'} | ${{ status: 204, allowed: '*', vary: null, headers: true }}
`('$what', async ({ origins, origin, method, answer }) => {
  expect(await told(origins as string[], origin as string | undefined, method as string)).toEqual(answer);
});
