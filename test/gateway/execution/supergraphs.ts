import type { Nature } from './world.js';

export interface Fixture {
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly nature: Nature;
  /** The planner makes wrong plans for some operations, or none at all. */
  readonly misplanned?: true;
  /** How deep random operations go; the planner's time grows steeply where interfaces meet themselves. */
  readonly depth?: number;
}

const media = { name: 'Media', members: ['Book', 'Film', 'Song'] };

/** Small supergraphs that have between them every shape a plan can take. */
export const fixtures: Readonly<Record<string, Fixture>> = {
  shop: {
    subgraphs: {
      accounts: `type Query { me: User users(first: Int = 3): [User] shared: Shared @shareable anything: [Anything] }
        union Anything = User | Product
        type Product @key(fields: "id", resolvable: false) { id: ID! }
        type Shared @shareable { a: Int ValueLike: String }
        type User @key(fields: "id") { id: ID! name: String username: String! @shareable age: Int role: Role tags: [[String!]] friends: [User!]! best: User! }
        enum Role { ADMIN READER }
        type Mutation { rename(id: ID!, name: String!): User }`,
      products: `type Query { top(first: Int = 3): [Product!] product(id: ID!): Product shelf: [[Product]!] node: Node shared: Shared @shareable }
        interface Node { id: ID! }
        type Shared @shareable { a: Int }
        type Product implements Node @key(fields: "id") @key(fields: "sku") { id: ID! sku: String! name(language: String = "en", length: Int): String price: Int weight: Float json: JSON size: ValueSize @shareable category: Category! @shareable }
        type Category implements Node @key(fields: "id") { id: ID! title: String children: [Category!] }
        scalar JSON
        type ValueSize @shareable { width: Int height: Int! }
        type Mutation { restock(id: ID!, by: Int): Product! }`,
      inventory: `type Query { warehouse: ValueHouse }
        type ValueHouse { contents(max: Int): [Product] main: Product! }
        type Product @key(fields: "sku") { sku: String! price: Int @external weight: Float @external size: ValueSize @external
          inStock: Boolean estimate: String @requires(fields: "price weight") parcel: String @requires(fields: "size { width height }") seats: [Seat!] }
        type ValueSize @shareable { width: Int height: Int! }
        type Seat @key(fields: "hall { id } row") { hall: Hall! row: Int! free: Boolean }
        type Hall @shareable { id: ID! }`,
      reviews: `type Query { latest: [Review!]! feed: [Post!] }
        union Post = Review | Product | ValueAdvert
        type ValueAdvert { text: String! about: Product }
        type Review @key(fields: "id") { id: ID! body: String! stars: Int author: User @provides(fields: "username") product: Product! }
        type User @key(fields: "id") { id: ID! username: String! @external reviews(first: Int): [Review] }
        type Product @key(fields: "id") { id: ID! reviews: [Review!] category: Category! @shareable }
        type Category @key(fields: "id", resolvable: false) { id: ID! }
        type Seat @key(fields: "hall { id } row") { hall: Hall! row: Int! note: String }
        type Hall @shareable { id: ID! }`,
    },
    nature: {
      needs: {
        'Product.estimate': { price: {}, weight: {} },
        'Product.parcel': { size: { below: { width: {}, height: {} } } },
      },
    },
  },
  media: {
    subgraphs: {
      library: `type Query { media: [Media] oneMedia: Media! books: [Book!] shelves: [ValueShelf] }
        interface Media @key(fields: "id") { id: ID! title: String length: Int! }
        type Book implements Media @key(fields: "id") { id: ID! title: String length: Int! pages: Int! sequel: Book }
        type Film implements Media @key(fields: "id") { id: ID! title: String length: Int! director: Person }
        type Song implements Media @key(fields: "id") { id: ID! title: String length: Int! }
        type ValueShelf { best: Media all: [Media!]! }
        type Person @key(fields: "id") { id: ID! name: String! @shareable }`,
      ratings: `type Query { rated: [Media!] ratings: [ValueRating] }
        type Media @key(fields: "id") @interfaceObject { id: ID! length: Int! @external stars: Int ratings(first: Int): [ValueRating!]! pace: String @requires(fields: "length") }
        type ValueRating { stars: Int! of: Media by: Person }
        type Person @key(fields: "id") { id: ID! rated: [Media] }`,
      shops: `type Query { offers: [ValueOffer!] }
        type Media @key(fields: "id") @interfaceObject { id: ID! price(currency: String = "CNY"): Int offers: [ValueOffer] }
        type ValueOffer { price: Int! media: Media! seller: Seller }
        interface Seller { id: ID! name: String! }
        type Shop implements Seller @key(fields: "id") { id: ID! name: String! open: Boolean! }
        type Person implements Seller @key(fields: "id") { id: ID! name: String! @shareable private: Boolean }`,
      people: `type Person @key(fields: "id") { id: ID! name: String! @shareable born: Int }
        type Book @key(fields: "id") { id: ID! author: Person! }
        type Query { person(id: ID!): Person }`,
    },
    depth: 2,
    misplanned: true,
    nature: {
      groups: { Book: media, Film: media, Song: media, Media: media },
      needs: { 'Media.pace': { length: {} }, 'Book.pace': { length: {} }, 'Film.pace': { length: {} }, 'Song.pace': { length: {} } },
    },
  },
  zoo: {
    subgraphs: {
      animals: `type Query { animals: [Animal] pets: [Pet!]! pair: ValuePair cage(id: ID!): Cage }
        interface Animal { id: ID! name: String! keeper: Keeper cage: Cage! }
        interface Furry implements Animal { id: ID! name: String! keeper: Keeper cage: Cage! fur: String }
        type Cat implements Animal & Furry @key(fields: "id") { id: ID! name: String! keeper: Keeper cage: Cage! fur: String size(unit: Unit = CM): Int lives: Int! }
        type Dog implements Animal & Furry @key(fields: "id") { id: ID! name: String! keeper: Keeper cage: Cage! fur: String size(unit: Unit = CM): Int tricks: [String] }
        type Fish implements Animal { id: ID! name: String! keeper: Keeper cage: Cage! }
        enum Unit { CM INCH }
        union Pet = Cat | Dog | ValueRock
        type ValueRock { weight: Int }
        type ValuePair { left: Animal! right: Pet }
        type Cage @key(fields: "id") { id: ID! animals: [Animal!]! matrix: [[Animal!]] }
        type Keeper @key(fields: "id") { id: ID! }`,
      keepers: `type Query { keepers: [Keeper!] staff: [Staff] }
        type Keeper @key(fields: "id") { id: ID! name: String! boss: Keeper cages: [Cage] score(weight: Int!, bonus: ValueBonus): Float }
        input ValueBonus { points: Int! = 2 reason: String }
        type Vet @key(fields: "id") { id: ID! name: String! patients: [Patient] }
        union Staff = Keeper | Vet
        union Patient = Cat | Dog
        type Cat @key(fields: "id") { id: ID! healthy: Boolean vet: Vet }
        type Dog @key(fields: "id") { id: ID! healthy: Boolean! vet: Vet! }
        type Cage @key(fields: "id") { id: ID! cleanedBy: Keeper! }`,
    },
    nature: {},
  },
  /** Fields with arguments inside `@requires`, twice and in conflict. */
  prices: {
    subgraphs: {
      base: `type Query { goods: [Good!] good: Good }
        type Good @key(fields: "id") { id: ID! price(currency: String!): Int name: String }`,
      customs: `type Good @key(fields: "id") { id: ID! price(currency: String!): Int @external
          duty: String @requires(fields: "price(currency: \\"EUR\\")")  weight: Int }
        type Query { customs: [Good] }`,
      freight: `type Good @key(fields: "id") { id: ID! price(currency: String!): Int @external
          freight: String @requires(fields: "price(currency: \\"USD\\")") }`,
    },
    misplanned: true,
    nature: {
      needs: {
        'Good.duty': { price: { args: { currency: 'EUR' } } },
        'Good.freight': { price: { args: { currency: 'USD' } } },
      },
    },
  },
};
