import { createHash } from 'node:crypto';
import { idOf, readManifest } from '../../../gateway/persisted/manifest.js';
import { chooseText, clientManifest, modeOf, type PersistedCaller } from '../../../gateway/persisted/registered.js';
import { readModes } from '../../../schema/persisted-modes.js';

const own = 'query Own { a }';
const partners = 'query OfPartner { b }';
const kinds = 'query OfKind { c }';
const foreign = 'query Foreign { d }';
const manifestOf = (...texts: string[]) => clientManifest(new Map(texts.map((text) => [idOf(text), text])));
const manifests = new Map([
  ['mall-app', manifestOf(own)],
  ['retailer', manifestOf(partners)],
  ['member', manifestOf(kinds)],
  ['other-app', manifestOf(foreign)],
]);
const caller: PersistedCaller = { client: 'mall-app', partner: 'retailer', class: 'member' };
const choose = (modes: string, asked: { query?: string; documentId?: string }, by: PersistedCaller = caller) =>
  chooseText({ manifests, modes: readModes(modes) ?? new Map() }, by, { query: undefined, documentId: undefined, ...asked });
const refused = (status: number, code: string): Error => expect.objectContaining({ status, code }) as Error;

test.each`
  modes                                         | mode
  ${''}                                         | ${'off'}
  ${'member=enforce'}                           | ${'enforce'}
  ${'member=enforce,retailer=log'}              | ${'log'}
  ${'member=enforce retailer=log mall-app=off'} | ${'off'}
  ${'partner=enforce,other-app=enforce'}        | ${'off'}
`('under "$modes" the nearest name decides: $mode', ({ modes, mode }) => {
  expect(modeOf({ manifests, modes: readModes(modes as string) ?? new Map() }, caller)).toBe(mode);
});

test.each(['member', 'member=', 'member=on', '=log', 'a=log=off', 'a=log,a=off'])('"%s" says no mode', (text) => {
  expect(readModes(text)).toBeNull();
});

test.each`
  mode         | query        | unregistered
  ${'off'}     | ${own}       | ${false}
  ${'off'}     | ${foreign}   | ${false}
  ${'log'}     | ${own}       | ${false}
  ${'log'}     | ${kinds}     | ${false}
  ${'log'}     | ${foreign}   | ${true}
  ${'log'}     | ${`${own} `} | ${true}
  ${'enforce'} | ${own}       | ${false}
  ${'enforce'} | ${partners}  | ${false}
  ${'enforce'} | ${kinds}     | ${false}
`('$mode: the text $query runs', ({ mode, query, unregistered }) => {
  expect(choose(`member=${mode as string}`, { query })).toEqual({ text: query, unregistered });
});

test.each([foreign, `${own} `, 'query Own { a b }', '{ __typename }', ''])(
  'enforce: "%s" is refused, and the refusal names nothing',
  (query) => {
    expect(() => choose('member=enforce', { query })).toThrow(refused(403, 'FORBIDDEN_OPERATION'));
    expect(() => choose('member=enforce', { query })).toThrow(/^This client runs its registered documents only$/);
  },
);

test.each(['off', 'log', 'enforce'])('%s: an id is the text that the client, its partner or its kind has registered', (mode) => {
  for (const text of [own, partners, kinds]) {
    expect(choose(`member=${mode}`, { documentId: idOf(text) })).toEqual({ text, unregistered: false });
    expect(choose(`member=${mode}`, { documentId: idOf(text).slice('sha256:'.length) }).text).toBe(text);
    expect(choose(`member=${mode}`, { documentId: idOf(text), query: text }).text).toBe(text);
  }
});

test.each(['off', 'log', 'enforce'])('%s: an id of another client is like one that nobody has', (mode) => {
  for (const documentId of [idOf(foreign), idOf('nobody'), '', 'sha256:', 'constructor', '__proto__', '../other-app'])
    expect(() => choose(`member=${mode}`, { documentId })).toThrow('PersistedQueryNotFound');
});

test.each(['off', 'log', 'enforce'])('%s: a known id with another text is refused, whatever the text', (mode) => {
  for (const query of [foreign, partners, `${own} `, ''])
    expect(() => choose(`member=${mode}`, { documentId: idOf(own), query })).toThrow(refused(400, 'BAD_INPUT'));
});

test('the name of a client is looked up, never made a path or a property', () => {
  for (const client of ['../other-app', 'constructor', '__proto__', 'other-app.json'])
    expect(() => choose('anonymous=enforce', { documentId: idOf(foreign) }, { client, class: 'anonymous' })).toThrow(
      'PersistedQueryNotFound',
    );
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('a manifest is what codegen writes, with plain or named hashes', () => {
  expect(readManifest(JSON.stringify({ [sha256(own)]: own, [`sha256:${sha256(kinds)}`]: kinds }))).toEqual(
    new Map([
      [idOf(own), own],
      [idOf(kinds), kinds],
    ]),
  );
});

test.each`
  json                                                                       | problem
  ${'{'}                                                                     | ${'is not a JSON object'}
  ${'[]'}                                                                    | ${'is not a JSON object'}
  ${'{"a": 1}'}                                                              | ${'is not a JSON object'}
  ${JSON.stringify({ [createHash('sha1').update(own).digest('hex')]: own })} | ${'is not the sha256 of its document'}
  ${JSON.stringify({ [sha256(own)]: `${own} ` })}                            | ${'is not the sha256 of its document'}
  ${JSON.stringify({ [sha256('query {')]: 'query {' })}                      | ${'Syntax Error'}
`('$json is no manifest: $problem', ({ json, problem }) => {
  expect(() => readManifest(json as string)).toThrow(problem as string);
});
