import { banner } from '../../../gateway/sandbox/banner.js';

const facts = { seconds: 1, database: 'somewhere', subgraphs: { up: 1, of: 1 }, access: new Map(), books: null };

test('at another place than the usual one, the commands that ask the graph say where', () => {
  const usual = banner({ ...facts, url: 'http://localhost:4000' });
  expect(usual).toMatch(/-- --member M-Lin$/m);
  expect(usual).toMatch(/npm run demo {3}\(/);
  const moved = banner({ ...facts, url: 'http://localhost:4001' });
  expect(moved).toMatch(/-- --member M-Lin --url http:\/\/localhost:4001\/graphql$/m);
  expect(moved).toMatch(/npm run demo -- --url http:\/\/localhost:4001\/graphql {3}\(/);
  expect(moved).toMatch(/-- --partner automotive$/m);
});
