import { buildSchema, graphql } from 'graphql';
import type { GatewayContext } from '../../../gateway/context.js';
import { webhookResolvers } from '../../../gateway/webhooks/webhooks-schema.js';
import { viewers } from '../../support/viewers.js';

const schema = buildSchema('directive @idempotent(key: String!) on FIELD type Query { a: Int } type Mutation { testWebhook: Boolean }');
Object.assign(schema.getMutationType()?.getFields()['testWebhook'] as object, { resolve: webhookResolvers.Mutation.testWebhook });

test.each([
  ['k', null],
  ['x'.repeat(20_000), { code: 'BAD_INPUT', argument: 'key' }],
])('under the key %.5s the desk is asked, or nobody: %j', async (key, refusal) => {
  const asked: string[] = [];
  const test = (_named: unknown, _caller: unknown, under: string): boolean => Boolean(asked.push(under));
  const contextValue = { viewer: viewers.partner('automotive'), webhooks: { test } } as unknown as GatewayContext;
  const { errors } = await graphql({ schema, source: `mutation { testWebhook @idempotent(key: "${key}") }`, contextValue });
  expect([errors?.[0]?.extensions ?? null, asked]).toEqual([refusal, refusal ? [] : [key]]);
});
