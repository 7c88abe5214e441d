import { Type } from '@mikro-orm/core';
import { decode, encode } from '../kernel/json.js';

/** A column that holds a plain value as text, bigint and Date kept; for what is written once and read whole. */
export class Encoded<T> extends Type<T | null, string | null> {
  override convertToDatabaseValue(value: T | null): string | null {
    return value === null || value === undefined ? null : encode(value);
  }

  override convertToJSValue(value: string | T | null): T | null {
    return typeof value === 'string' ? decode<T>(value) : value;
  }

  override getColumnType(): string {
    return 'text';
  }

  override compareAsType(): string {
    return 'any';
  }
}
