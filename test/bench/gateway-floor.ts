import { createServer } from 'node:http';
import { Pool } from 'undici';

/**
 * The same three answers without GraphQL: the calls that our executor makes, written by hand and merged by hand. Nothing that asks
 * subgraphs over the same client can be much cheaper. `call` sends one body to one subgraph and gives the answer's text.
 */
export type Call = (subgraph: string, body: string, authorization: string) => Promise<string>;

type Row = Record<string, unknown>;
interface ReviewRow {
  readonly id: string;
  readonly body: string;
  readonly product: { readonly upc: string; readonly reviews?: readonly ReviewRow[] };
  readonly author: { readonly id: string; readonly username: string; readonly reviews: readonly ReviewRow[] };
}

const entity = (selection: string): string =>
  JSON.stringify(`query($representations:[_Any!]!){_entities(representations:$representations){${selection}}}`);
const texts = {
  users: JSON.stringify({ query: '{users{__typename id username name}}' }),
  top: JSON.stringify({ query: '{topProducts{__typename name price upc weight}}' }),
  me: JSON.stringify({ query: '{me{id name username}}' }),
  ofUser: entity(
    '...on User{reviews{id body product{__typename upc reviews{id body author{__typename id username reviews{id body product{__typename upc}}}}}}}',
  ),
  ofProduct: entity('...on Product{reviews{id body author{__typename id username reviews{id body product{__typename upc}}}}}'),
  product: entity('...on Product{name price weight}'),
  shipping: entity('...on Product{shippingEstimate}'),
  stock: entity('...on Product{inStock}'),
  stockAndShipping: entity('...on Product{inStock shippingEstimate}'),
  name: entity('...on User{name}'),
};
const byUpc = (upc: string): string => `{"__typename":"Product","upc":"${upc}"}`;
const byAll = (one: Row): string =>
  `{"__typename":"Product","price":${Number(one['price'])},"weight":${Number(one['weight'])},"upc":"${String(one['upc'])}"}`;
const byId = (id: string): string => `{"__typename":"User","id":"${id}"}`;

class Asking {
  private readonly known = new Map<string, Promise<Row>>();
  constructor(
    private readonly call: Call,
    private readonly authorization: string,
  ) {}

  root(subgraph: string, body: string): Promise<Row> {
    let answer = this.known.get(subgraph + body);
    if (!answer) {
      answer = this.call(subgraph, body, this.authorization).then((text) => (JSON.parse(text) as { data: Row }).data);
      this.known.set(subgraph + body, answer);
    }
    return answer;
  }

  async entities(subgraph: string, query: string, representations: readonly string[]): Promise<readonly Row[]> {
    const answer = await this.root(subgraph, `{"query":${query},"variables":{"representations":[${representations.join(',')}]}}`);
    return answer['_entities'] as Row[];
  }
}

/** What is known of each product, asked for all at once. */
async function productsOf(asking: Asking, upcs: readonly string[]): Promise<ReadonlyMap<string, Row>> {
  const [stock, rows] = await Promise.all([
    asking.entities('inventory', texts.stock, upcs.map(byUpc)),
    asking.entities('products', texts.product, upcs.map(byUpc)).then(async (found) => {
      const known = upcs.map((upc, index): Row => Object.assign({ upc }, found[index]));
      const shipping = await asking.entities('inventory', texts.shipping, known.map(byAll));
      return known.map((row, index): Row => Object.assign(row, shipping[index]));
    }),
  ]);
  return new Map(upcs.map((upc, index) => [upc, shown({ ...rows[index], ...stock[index] })]));
}

const shown = ({ inStock, name, price, shippingEstimate, upc, weight }: Row): Row => ({
  inStock,
  name,
  price,
  shippingEstimate,
  upc,
  weight,
});

async function namesOf(asking: Asking, ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const rows = await asking.entities('accounts', texts.name, ids.map(byId));
  return new Map(ids.map((id, index) => [id, rows[index]?.['name']]));
}

const unique = (values: Iterable<string>): string[] => [...new Set(values)].sort();

function shownReviews(reviews: readonly ReviewRow[], names: ReadonlyMap<string, unknown>, known: ReadonlyMap<string, Row>): Row[] {
  return reviews.map(({ id, body, author }) => ({
    id,
    body,
    author: {
      id: author.id,
      username: author.username,
      name: names.get(author.id),
      reviews: author.reviews.map((inner) => ({ id: inner.id, body: inner.body, product: known.get(inner.product.upc) })),
    },
  }));
}

async function detailsOf(asking: Asking, reviews: readonly ReviewRow[], outer: readonly string[]) {
  return Promise.all([
    namesOf(asking, unique(reviews.map(({ author }) => author.id))),
    productsOf(asking, unique([...outer, ...reviews.flatMap(({ author }) => author.reviews.map(({ product }) => product.upc))])),
  ]);
}

async function deep(asking: Asking): Promise<Row> {
  const ofUsers = async (): Promise<Row[]> => {
    const users = (await asking.root('accounts', texts.users))['users'] as { id: string; username: string; name: string }[];
    const found = (await asking.entities(
      'reviews',
      texts.ofUser,
      users.map(({ id }) => byId(id)),
    )) as unknown as { reviews: ReviewRow[] }[];
    const below = found.flatMap(({ reviews }) => reviews.flatMap(({ product }) => product.reviews ?? []));
    const outer = unique(found.flatMap(({ reviews }) => reviews.map(({ product }) => product.upc)));
    const [names, known] = await detailsOf(asking, below, outer);
    return users.map(({ id, username, name }, index) => ({
      id,
      username,
      name,
      reviews: found[index]?.reviews.map((review) => ({
        id: review.id,
        body: review.body,
        product: { ...known.get(review.product.upc), reviews: shownReviews(review.product.reviews ?? [], names, known) },
      })),
    }));
  };
  const ofTop = async (): Promise<Row[]> => {
    const top = (await asking.root('products', texts.top))['topProducts'] as (Row & { upc: string })[];
    const [more, found] = await Promise.all([
      asking.entities('inventory', texts.stockAndShipping, top.map(byAll)),
      asking.entities(
        'reviews',
        texts.ofProduct,
        top.map(({ upc }) => byUpc(upc)),
      ) as unknown as Promise<{ reviews: ReviewRow[] }[]>,
    ]);
    const [names, known] = await detailsOf(
      asking,
      found.flatMap(({ reviews }) => reviews),
      [],
    );
    return top.map((one, index) =>
      Object.assign(shown(Object.assign(one, more[index])), { reviews: shownReviews(found[index]?.reviews ?? [], names, known) }),
    );
  };
  const [users, topProducts] = await Promise.all([ofUsers(), ofTop()]);
  return { users, topProducts };
}

async function hop(asking: Asking, { n }: { n: number }): Promise<Row> {
  const query = 'query($n:Int!){topProducts(first:$n){__typename upc name price weight}}';
  const top = (await asking.root('products', JSON.stringify({ query, variables: { n } })))['topProducts'] as Row[];
  const more = await asking.entities('inventory', texts.stockAndShipping, top.map(byAll));
  return {
    topProducts: top.map(({ upc, name, price }, index) => Object.assign({ upc, name, price }, more[index])),
  };
}

export function listenFloor(port: number, call: Call): void {
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string; variables: { n: number } };
      const asking = new Asking(call, request.headers.authorization ?? '');
      const data = query.includes('TestQuery')
        ? deep(asking)
        : query.includes('Hop')
          ? hop(asking, variables)
          : asking.root('accounts', texts.me);
      data.then(
        (result) => {
          const body = Buffer.from(JSON.stringify({ data: result }));
          response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length });
          response.end(body);
        },
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }).listen(port, '127.0.0.1');
}

/** undici at its leanest: a dispatch per call. */
export function pooledCall(urls: Readonly<Record<string, string>>): Call {
  const pools = new Map(Object.entries(urls).map(([name, url]) => [name, new Pool(url, { connections: 64 })]));
  return (subgraph, body, authorization) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      (pools.get(subgraph) as Pool).dispatch(
        { path: '/graphql', method: 'POST', headers: { 'content-type': 'application/json', authorization }, body },
        {
          onRequestStart() {},
          onResponseStart() {},
          onResponseData: (_controller, chunk) => void chunks.push(chunk),
          onResponseEnd: () => resolve((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString()),
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
}
