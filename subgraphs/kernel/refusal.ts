import { Field, InterfaceType } from 'type-graphql';

/** Every business refusal has a stable code and a sentence; its own type adds the facts. */
@InterfaceType({ description: 'A business refusal: nothing was changed.' })
export abstract class Refusal {
  @Field(() => String, { description: 'Stable code.' }) code!: string;
  @Field(() => String, { description: 'One sentence in the language of the request.' }) message!: string;
}
