import type { EntityManager } from '@mikro-orm/postgresql';
import { auditChange, once, type Once, type WriteKey } from '../../../kernel/idempotency.js';
import { rows } from '../../../kernel/sql.js';
import type { Context } from '../../context.js';

/** Gates of rules that the operator sets, with what holds where nobody did. */
const settings = {
  /** Points that a bank may give for the opening of an account: none. */
  opening_bonus_cap_points: 0n,
  /** Members of whom past purchases tell a viewer sums who may not see each of them. */
  simulation_group_floor: 5n,
} as const;

async function read(em: EntityManager, name: keyof typeof settings): Promise<bigint> {
  const [row] = await rows<{ value: string }>(em, 'select value from setting where name = ?', [name]);
  return row ? BigInt(row.value) : settings[name];
}

export const openingCap = (em: EntityManager): Promise<bigint> => read(em, 'opening_bonus_cap_points');
export const groupFloor = (em: EntityManager): Promise<bigint> => read(em, 'simulation_group_floor');

export interface GateSettings {
  readonly openingBonusCapPoints: bigint;
  readonly simulationGroupFloor: bigint;
}

export const gateSettings = async (em: EntityManager): Promise<GateSettings> => ({
  openingBonusCapPoints: await openingCap(em),
  simulationGroupFloor: await groupFloor(em),
});

/** Sets what is named, for drafts and publications, and the bound of openings for purchases too, from now on. */
export function setGateSettings(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  input: { readonly [K in keyof GateSettings]?: bigint | null },
): Promise<Once<{ readonly kind: 'set' }>> {
  return once(em, key, input, async (tx) => {
    const before = await gateSettings(tx);
    for (const [name, value] of [
      ['opening_bonus_cap_points', input.openingBonusCapPoints],
      ['simulation_group_floor', input.simulationGroupFloor],
    ] as const)
      if (value !== undefined && value !== null)
        await rows(tx, 'insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value', [
          name,
          value,
        ]);
    await auditChange(tx, key, { partner: null, before, after: await gateSettings(tx) });
    return { kind: 'set' };
  });
}
