import { placeIn } from '../../../gateway/execution/client-path.js';
import { openFederation } from './federation.js';
import { type Fixture, fixtures } from './supergraphs.js';

test.each`
  answer                  | path                     | place
  ${{ a: [{ b: null }] }} | ${['a', 0, 'b']}         | ${['a', 0, 'b']}
  ${{ a: [{ b: null }] }} | ${['a', 0, 'b', 'c', 1]} | ${['a', 0, 'b', 'c', 1]}
  ${{ a: [{ b: null }] }} | ${['a', 0, 'c', 'd']}    | ${['a', 0]}
  ${{ a: [{ b: null }] }} | ${['a', 1, 'b']}         | ${['a']}
  ${{ a: 'text' }}        | ${['a', 'length']}       | ${['a']}
  ${{ a: [{ b: null }] }} | ${['toString']}          | ${[]}
  ${null}                 | ${['a', 0]}              | ${['a', 0]}
`('$path in $answer is $place', ({ answer, path, place }) => expect(placeIn(answer, path)).toEqual(place));

test('what is asked of dogs and fails for a cat stands where the cat has a place', async () => {
  const zoo = await openFederation(fixtures['zoo'] as Fixture);
  const text = '{ animals { ... on Furry { keeper { score(weight: 1) } } ... on Dog { keeper { cages { id } } } } }';
  const answer = await zoo.ownOver({ text, variables: {} }, (subgraph) =>
    Promise.resolve(
      subgraph === 'animals'
        ? { data: { animals: [{ __typename: 'Cat', keeper: { __typename: 'Keeper', id: '1' } }] } }
        : {
            data: { _entities: [{ __typename: 'Keeper', score: 2, cages: null }] },
            errors: [{ message: 'no cages', path: ['_entities', 0, 'cages'] }],
          },
    ),
  );
  expect(answer).toMatchObject({
    data: { animals: [{ keeper: { score: 2 } }] },
    errors: [{ message: 'no cages', path: ['animals', 0, 'keeper'] }],
  });
  await zoo.stop();
});
