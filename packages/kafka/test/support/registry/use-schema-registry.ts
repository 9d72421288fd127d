import { expect } from 'chai';
import type { Codec, CodecContext } from '../../../src/subscribe/attempt/codec.ts';
import { TestSchemaRegistry } from './schema-registry.ts';

/** Call it inside `describe`: each test has a registry of its own, without schemas. */
export function useSchemaRegistry(): () => TestSchemaRegistry {
  let registry: TestSchemaRegistry | undefined;
  beforeEach('start a registry', async () => {
    registry = await TestSchemaRegistry.start();
  });
  afterEach('stop the registry', () => registry?.stop());
  return () => {
    if (registry === undefined) throw new Error('There is a registry only while a test runs.');
    return registry;
  };
}

/** What a codec throws for a value. */
export async function refusalOf(codec: Codec<unknown>, value: Buffer, record: CodecContext): Promise<unknown> {
  try {
    await codec.decode(value, record);
  } catch (error) {
    return error;
  }
  expect.fail('The codec decodes the value.');
}
