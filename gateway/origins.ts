import type { IncomingMessage, ServerResponse } from 'node:http';

const asked = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key, accept-language, traceparent, last-event-id',
  // Chromium keeps it no longer.
  'access-control-max-age': '7200',
};
const told = 'retry-after, ratelimit, ratelimit-policy, www-authenticate';

/**
 * Lets pages of these origins read answers, and answers the browser that asks beforehand: true where that is all. Nothing here goes by cookies,
 * so an origin proves nobody; `*` is all of them.
 */
export function forOrigins(origins: readonly string[]): (request: IncomingMessage, response: ServerResponse) => boolean {
  const all = origins.includes('*');
  return ({ method, headers: { origin } }, response) => {
    if (origin === undefined || !(all || origins.includes(origin))) return false;
    response.setHeader('access-control-allow-origin', all ? '*' : origin);
    if (!all) response.setHeader('vary', 'origin');
    response.setHeader('access-control-expose-headers', told);
    if (method !== 'OPTIONS') return false;
    response.writeHead(204, asked).end();
    return true;
  };
}
