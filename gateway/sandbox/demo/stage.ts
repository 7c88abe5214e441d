import type { PairwiseIds } from '../../../schema/pairwise-id.js';
import type { StaffRole } from '../../../schema/scopes.js';
import { type Answer, type Ask, codeOf } from '../../client/ask.js';
import { CommandError } from '../../client/command.js';
import { retrying } from '../../client/retry.js';
import { partnerIdentity, staffIdentity } from '../identities.js';
import type { SandboxIssuer } from '../issuer.js';
import { memberToken } from '../member-token.js';
import * as mutations from '../mutations.js';
import type { NewPurchase } from '../purchases.js';
import { send } from '../send.js';

/** Who asks: a partner's system, the operator's staff or a partner's, or a member of this run. */
export type Role = { readonly partner: string } | { readonly staff: StaffRole; readonly partner?: string } | { readonly member: string };

/** What the steps of a run do things with. Members of a run are its own, so the story can be told again and again. */
export interface Stage {
  readonly run: string;
  /** The data of an answer without errors; anything else ends the demo with a sentence. */
  ask<T>(role: Role, query: string, variables?: Readonly<Record<string, unknown>>): Promise<T>;
  /** Enrols a member of this run, known to the partners; `name` becomes `M-Li-<run>`. */
  enrol(name: string, ...partners: string[]): Promise<string>;
  /** Reports a purchase under a reference of this run; answers what was recorded. */
  report<T = unknown>(member: string, purchase: NewPurchase, extra?: string): Promise<T & Reported>;
}

export interface Reported {
  readonly accrual: { readonly points: number } | null;
}

export interface StageSettings {
  readonly ask: Ask;
  readonly issuer: SandboxIssuer;
  readonly ids: PairwiseIds;
  readonly run: string;
}

export function stageOf({ ask: once, issuer, ids, run }: StageSettings): Stage {
  const ask = retrying(once);
  const tokens = new Map<string, Promise<string>>();
  let writes = 0;
  const tokenOf = (role: Role): Promise<string> => {
    const name = JSON.stringify(role);
    const known = tokens.get(name) ?? newToken(role);
    tokens.set(name, known);
    return known;
  };
  const newToken = (role: Role): Promise<string> => {
    if ('staff' in role) return issuer.issue(staffIdentity(role.staff, role.partner));
    if ('partner' in role) return issuer.issue(partnerIdentity(role.partner));
    return memberToken(ask, issuer, ids, role.member);
  };
  const nextKey = (): string => `demo:${run}:${(writes += 1)}`;
  return {
    run,
    async ask<T>(role: Role, query: string, variables?: Readonly<Record<string, unknown>>): Promise<T> {
      const key = /^\s*mutation\b/.test(query) ? nextKey() : undefined;
      return dataOf<T>(await ask(await tokenOf(role), query, variables, key));
    },
    async enrol(name, ...partners) {
      const ref = `${name}-${run}`;
      const admin = await tokenOf({ staff: 'admin' });
      await send(once, admin, [mutations.enrolMember({ ref, name: ref }, nextKey())]);
      await send(
        once,
        admin,
        partners.map((partner) => mutations.linkMember(ref, partner, nextKey())),
      );
      return ref;
    },
    async report<T>(member: string, purchase: NewPurchase, extra?: string) {
      const key = nextKey();
      const write = mutations.reportPurchase({ ...purchase, ref: key.replaceAll(':', '-') }, member, key, extra);
      const { answers } = await send(once, await tokenOf({ partner: purchase.partner }), [write]);
      return Object.values(answers[0] ?? {}).find((value) => value !== null && typeof value === 'object') as T & Reported;
    },
  };
}

function dataOf<T>({ data, errors = [] }: Answer): T {
  const [error] = errors;
  if (error)
    throw new CommandError(
      `The graph answered with an error: ${error.message} (${[codeOf(error), error.path?.join('.')].filter(Boolean).join(' at ')})`,
    );
  return data as T;
}
