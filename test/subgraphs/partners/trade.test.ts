import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, buildASTSchema, parse } from 'graphql';
import { readAccess } from '../../../schema/access.js';
import { compose } from '../../../schema/compose.js';
import { roster } from '../../../schema/roster.js';
import { buildSubgraph } from '../../../subgraphs/kernel/subgraph.js';
import { loadSubgraph } from '../../../subgraphs/serve.js';

const trades = roster.filter((line) => line.trade !== undefined);
/** The part of the catalog that the trades point to. */
const catalog = {
  name: 'catalog',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@policy"])
    type Item @key(fields: "id") @policy(policies: [["class:PUBLIC"]]) { id: ID! }`,
};

test('the five trades compose with members, ledger and what they point to, and every field is decided', async () => {
  const lines = [...trades, ...roster.filter((line) => ['members', 'ledger'].includes(line.name))];
  const subgraphs = await Promise.all(
    lines.map(async (line) => ({ name: line.name, sdl: buildSubgraph((await loadSubgraph(line)) as never).sdl })),
  );
  const { access } = compose([...subgraphs, catalog]);
  expect(access.get('Member.phoneCreditFen')).toMatchObject({ classes: expect.arrayContaining(['OWN']) });
  expect(access.get('Mutation.deliver')).toMatchObject({ classes: ['INTERNAL'] });
  expect(access.get('Accrual.id')).toMatchObject({ classes: expect.arrayContaining(['OWN']) });
});

test.each(trades.map((line) => [line.name, line] as const))(
  '%s describes everything that it publishes, and what it adds to a member is nullable',
  async (_name, line) => {
    const { sdl } = buildSubgraph((await loadSubgraph(line)) as never);
    const document = parse(sdl);
    expect(readAccess(document).undecided).toEqual([]);
    const schema = buildASTSchema(document, { assumeValidSDL: true });
    const silent: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || ['String', 'Int', 'Boolean', 'ID', 'Float'].includes(type.name)) continue;
      if (!type.description && !['Query', 'Mutation'].includes(type.name)) silent.push(type.name);
      if (isEnumType(type)) silent.push(...type.getValues().flatMap((value) => (value.description ? [] : [`${type.name}.${value.name}`])));
      if (isInputObjectType(type) || isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          if (!field.description) silent.push(`${type.name}.${field.name}`);
          if (type.name === 'Member' && field.name !== 'uid') expect(String(field.type)).not.toMatch(/!$/);
        }
      }
      if (isObjectType(type))
        for (const field of Object.values(type.getFields()))
          silent.push(
            ...field.args.filter((argument) => !argument.description).map((argument) => `${type.name}.${field.name}(${argument.name}:)`),
          );
    }
    expect(silent).toEqual([]);
  },
);
