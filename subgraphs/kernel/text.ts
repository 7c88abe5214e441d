import { Field, InputType, ObjectType } from 'type-graphql';
import type { Language } from '../../schema/viewer.js';
import { Access, Shareable } from './access.js';

/** A name or title in both languages of the product. */
@ObjectType({ description: 'A text in Chinese and English.' })
@Shareable()
@Access('PUBLIC')
export class Text {
  @Field(() => String, { description: 'The Chinese text.' }) zh!: string;
  @Field(() => String, { description: 'The English text.' }) en!: string;
}

@InputType({ description: 'A text in Chinese and English.' })
export class TextInput {
  @Field(() => String, { description: 'The Chinese text.' }) zh!: string;
  @Field(() => String, { description: 'The English text.' }) en!: string;
}

/** The sentence in the caller's language. */
export const say = (language: Language, zh: string, en: string): string => (language === 'en' ? en : zh);
