import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';

/** The field's well-known four subgraphs, with data of our own: users write reviews of products that an inventory ships. */
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@authenticated"])\n`;
const words =
  'amber basin cedar delta ember fjord grove harbor inlet jetty lantern meadow oak prairie quarry ridge slate timber willow'.split(' ');
const sentence = (seed: number, length: number): string =>
  Array.from({ length }, (_, index) => words[(Math.imul(seed * 31 + index, 2_654_435_761) >>> 16) % words.length]).join(' ');

interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}
interface Product {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
  readonly inStock: boolean;
}
interface Review {
  readonly id: string;
  readonly body: string;
  readonly productUpc: string;
  readonly authorId: string;
}

const users: readonly User[] = ['ada', 'grace', 'edsger', 'barbara', 'donald', 'leslie'].map((username, index) => ({
  id: String(index + 1),
  username,
  name: `${username.toUpperCase()} Example`,
}));
const products: readonly Product[] = Array.from({ length: 24 }, (_, index) => ({
  upc: String(index + 1),
  name: words[index % words.length] as string,
  price: [899, 1_299, 15, 499, 1_299, 6_999, 3_999, 100_000][index % 8] as number,
  weight: [100, 1_000, 20, 100, 1_000, 300, 2_000, 6_000][index % 8] as number,
  inStock: index % 3 !== 1,
}));
const reviews: readonly Review[] = [1, 1, 1, 1, 2, 2, 2, 2, 3, 4, 4].map((product, index) => ({
  id: String(index + 1),
  body: sentence(index + 1, [60, 40, 38, 20, 60, 40, 38, 20, 20, 20, 54][index] as number),
  productUpc: String(product),
  authorId: String((index % 6) + 1),
}));
const user = (id: string): User => users[Number(id) - 1] as User;
const product = (upc: string): Product => products[Number(upc) - 1] as Product;
const shipping = ({ price, weight }: Pick<Product, 'price' | 'weight'>): number => (price > 1_000 ? 0 : weight / 2);
const reviewsBy = (id: string): readonly Review[] => [(Number(id) - 1) % 4, 4 + (Number(id) % 4)].map((index) => reviews[index] as Review);
const reviewsOf = (upc: string): readonly Review[] => reviews.filter(({ productUpc }) => productUpc === upc);

const definitions: Readonly<Record<string, { readonly sdl: string; readonly resolvers: object }>> = {
  accounts: {
    sdl: `type Query @authenticated { me: User user(id: ID!): User users: [User] }
      type User @key(fields: "id") @authenticated { id: ID! name: String username: String @shareable }`,
    resolvers: {
      Query: { me: () => users[0], user: (_: unknown, { id }: User) => user(id), users: () => users },
      User: { __resolveReference: ({ id }: User) => user(id) },
    },
  },
  inventory: {
    sdl: `type Product @key(fields: "upc") @authenticated { upc: String! weight: Int @external price: Int @external inStock: Boolean
      shippingEstimate: Int @requires(fields: "price weight") }`,
    resolvers: {
      Product: {
        __resolveReference: (said: Product) => said,
        inStock: ({ upc }: Product) => product(upc).inStock,
        shippingEstimate: (said: Product) => shipping(said),
      },
    },
  },
  products: {
    sdl: `type Query @authenticated { topProducts(first: Int = 5): [Product] }
      type Product @key(fields: "upc") @authenticated { upc: String! name: String price: Int weight: Int }`,
    resolvers: {
      Query: { topProducts: (_: unknown, { first }: { first: number }) => products.slice(0, first) },
      Product: { __resolveReference: ({ upc }: Product) => product(upc) },
    },
  },
  reviews: {
    sdl: `type Review @key(fields: "id") @authenticated { id: ID! body: String product: Product author: User @provides(fields: "username") }
      type User @key(fields: "id") @authenticated { id: ID! username: String @external reviews: [Review] }
      type Product @key(fields: "upc") @authenticated { upc: String! reviews: [Review] }`,
    resolvers: {
      Review: {
        __resolveReference: ({ id }: Review) => reviews[Number(id) - 1],
        product: ({ productUpc }: Review) => ({ upc: productUpc }),
        author: ({ authorId }: Review) => user(authorId),
      },
      User: { __resolveReference: (said: User) => said, reviews: ({ id }: User) => reviewsBy(id) },
      Product: { __resolveReference: (said: Product) => said, reviews: ({ upc }: Product) => reviewsOf(upc) },
    },
  },
};

export const subgraphNames: readonly string[] = Object.keys(definitions);

export const subgraphSchemas = (): ReadonlyMap<string, GraphQLSchema> =>
  new Map(
    Object.entries(definitions).map(([name, { sdl, resolvers }]) => [
      name,
      buildSubgraphSchema([{ typeDefs: parse(link + sdl), resolvers: resolvers as never }]),
    ]),
  );

/** Base address of each subgraph, on ports that follow each other. */
export const urlsFrom = (firstPort: number): Readonly<Record<string, string>> =>
  Object.fromEntries(subgraphNames.map((subgraph, index) => [subgraph, `http://127.0.0.1:${firstPort + index}`]));

/** `urls`: base address of each subgraph. */
export function supergraph(urls: Readonly<Record<string, string>>): string {
  const services = Object.entries(definitions).map(([name, { sdl }]) => ({
    name,
    url: `${urls[name]}/graphql`,
    typeDefs: parse(link + sdl),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

const shownUser = ({ id, username, name }: User) => ({ id, username, name });
const shownProduct = (one: Product) => {
  const { inStock, name, price, upc, weight } = one;
  return { inStock, name, price, shippingEstimate: shipping(one), upc, weight };
};
const leaves = (id: string) => reviewsBy(id).map(({ id, body, productUpc }) => ({ id, body, product: shownProduct(product(productUpc)) }));
const shownReviews = (upc: string) =>
  reviewsOf(upc).map(({ id, body, authorId }) => ({ id, body, author: { ...shownUser(user(authorId)), reviews: leaves(authorId) } }));

export interface BenchQuery {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
}

/** deep: 16 fetches in the planner's plan; hop: 20 entities over two subgraphs; small: one subgraph, three fields. */
export const queries: Readonly<Record<'deep' | 'hop' | 'small', BenchQuery>> = {
  deep: {
    query: `fragment User on User { id username name }
fragment Review on Review { id body }
fragment Product on Product { inStock name price shippingEstimate upc weight }
query TestQuery {
  users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } } }
  topProducts { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
}`,
    expected: {
      users: users.map((one) => ({
        id: one.id,
        username: one.username,
        name: one.name,
        reviews: reviewsBy(one.id).map(({ id, body, productUpc }) => ({
          id,
          body,
          product: { ...shownProduct(product(productUpc)), reviews: shownReviews(productUpc) },
        })),
      })),
      topProducts: products.slice(0, 5).map((one) => Object.assign(shownProduct(one), { reviews: shownReviews(one.upc) })),
    },
  },
  hop: {
    query: 'query Hop($n: Int!) { topProducts(first: $n) { upc name price inStock shippingEstimate } }',
    variables: { n: 20 },
    expected: {
      topProducts: products
        .slice(0, 20)
        .map((one) => ({ upc: one.upc, name: one.name, price: one.price, inStock: one.inStock, shippingEstimate: shipping(one) })),
    },
  },
  small: { query: 'query Me { me { id name username } }', expected: { me: { id: '1', name: 'ADA Example', username: 'ada' } } },
};
