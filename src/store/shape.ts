import { z } from 'zod';
import { numberOrNaN } from './evidence-schema.ts';

/**
 * Whether a parsed JSON value has a shape. Fields that the shape does not name are left alone; those that
 * are left out get their default, and null where an evidence has NaN is replaced by it.
 *
 * @param strings texts that were found before, by themselves: a name is kept once, however often it is found
 */
export type Shape = (value: unknown, strings: Map<string, string>) => boolean;

/**
 * A check that accepts what a schema accepts, without the copy that a schema makes of everything: a
 * stored day is large.
 *
 * @param schema of a JSON value; of transformations only that to NaN is made
 * @throws Error where it has a part that is not checked here
 */
export function shapeOf(schema: z.core.$ZodType): Shape {
  if (schema instanceof z.ZodObject) return objectShape(schema.shape);
  if (schema instanceof z.ZodArray) {
    const element = shapeOf(schema.element);
    return (value, strings) => Array.isArray(value) && value.every((one) => element(one, strings));
  }
  if (schema instanceof z.ZodNullable) {
    const inner = shapeOf(schema.unwrap());
    return (value, strings) => value === null || inner(value, strings);
  }
  if (schema instanceof z.ZodOptional) {
    const inner = shapeOf(schema.unwrap());
    return (value, strings) => value === undefined || inner(value, strings);
  }
  if (schema instanceof z.ZodDefault) return shapeOf(schema.unwrap());
  if (schema instanceof z.ZodPipe) return shapeOf(schema.in);
  if (!hasChecks(schema)) {
    if (schema instanceof z.ZodString) return (value) => typeof value === 'string';
    if (schema instanceof z.ZodNumber) return (value) => Number.isFinite(value);
    if (schema instanceof z.ZodBoolean) return (value) => typeof value === 'boolean';
    if (schema instanceof z.ZodLiteral || schema instanceof z.ZodEnum) {
      const values = new Set<unknown>(
        schema instanceof z.ZodLiteral ? schema.values : schema.options,
      );
      return (value) => values.has(value);
    }
  }
  throw new Error(`${schema._zod.def.type}: no check of this kind of schema`);
}

function objectShape(shape: Readonly<Record<string, z.core.$ZodType>>): Shape {
  const fields = Object.entries(shape).map(([name, schema]) => ({
    ...{ name, isField: shapeOf(schema), replaced: replacementOf(schema) },
  }));
  return (value, strings) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    for (const { name, isField, replaced } of fields) {
      const field: unknown = Reflect.get(value, name);
      if (replaced !== null && field === replaced.from) Reflect.set(value, name, replaced.to());
      else if (!isField(field, strings)) return false;
      else if (typeof field === 'string') Reflect.set(value, name, known(field, strings));
    }
    return true;
  };
}

interface Replacement {
  readonly from: null | undefined;
  readonly to: () => unknown;
}

/** The value of a field that the schema replaces by another one. */
function replacementOf(schema: z.core.$ZodType): Replacement | null {
  if (schema === numberOrNaN) return { from: null, to: () => Number.NaN };
  if (!(schema instanceof z.ZodDefault)) return null;
  return { from: undefined, to: () => structuredClone(schema.def.defaultValue) };
}

function known(text: string, strings: Map<string, string>): string {
  const first = strings.get(text);
  if (first === undefined) strings.set(text, text);
  return first ?? text;
}

function hasChecks({ _zod }: z.core.$ZodType): boolean {
  return (_zod.def.checks ?? []).length > 0;
}
