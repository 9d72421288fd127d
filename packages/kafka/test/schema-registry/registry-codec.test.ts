import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { expect } from 'chai';
import { registryCodec } from '../../src/schema-registry/index.ts';
import { refusalOf, useSchemaRegistry } from '../support/registry/use-schema-registry.ts';

const order = { id: 'o-1', amount: 7 };
const avro = JSON.stringify({
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'amount', type: 'int' },
  ],
});
const schemas = {
  AVRO: { type: SchemaType.AVRO, schema: avro },
  JSON: { type: SchemaType.JSON, schema: JSON.stringify({ type: 'object', required: ['id'], properties: { id: { type: 'string' } } }) },
  PROTOBUF: { type: SchemaType.PROTOBUF, schema: 'syntax = "proto3"; message Order { string id = 1; int32 amount = 2; }' },
} as const;

describe('registryCodec, with @kafkajs/confluent-schema-registry', () => {
  const running = useSchemaRegistry();
  const record = { topic: 'orders', partition: 0, key: null, headers: {} };
  const client = (): SchemaRegistry => new SchemaRegistry({ host: running().url, retry: { retries: 0 } });

  async function encoded(type: keyof typeof schemas = 'AVRO'): Promise<Buffer> {
    const registry = client();
    const { id } = await registry.register(schemas[type], { subject: `orders-${type}` });
    return registry.encode(id, order);
  }

  for (const type of Object.keys(schemas) as (keyof typeof schemas)[])
    it(`decodes ${type}, and asks for a schema once`, async () => {
      const value = await encoded(type);
      const codec = registryCodec<typeof order>(client());
      const before = running().requests.length;
      for (let time = 0; time < 2; time++) expect({ ...(await codec.decode(value, record)) }).to.deep.equal(order);
      expect(running().requests.slice(before)).to.deep.equal(['GET /schemas/ids/1']);
    });

  it('returns null for a tombstone', async () => {
    expect(await registryCodec(client()).decode(null, record)).to.equal(null);
  });

  it('finds a value undecodable that names no schema, or one that the registry does not have', async () => {
    const codec = registryCodec(client());
    const noId = '[undecodable] The value does not begin with the id of a schema: a zero byte and four bytes more.';
    for (const value of [Buffer.from('{"id":1}'), Buffer.alloc(0), Buffer.from([0, 0, 0, 0])])
      expect(await refusalOf(codec, value, record)).to.have.property('message', noId);
    const unknown = await refusalOf(codec, Buffer.from([0, 0, 0, 3, 231, 1]), record);
    expect(unknown)
      .to.have.property('message')
      .that.matches(/^\[undecodable] The registry has no schema 999: .*Schema 999 not found/);
    expect(unknown).to.have.nested.property('cause.status', 404);
  });

  it('finds a value undecodable whose payload does not fit its schema', async () => {
    const codec = registryCodec(client());
    for (const type of Object.keys(schemas) as (keyof typeof schemas)[]) {
      const value = await encoded(type);
      const error = await refusalOf(codec, value.subarray(0, value.length - 1), record);
      expect(error, type)
        .to.have.property('message')
        .that.matches(/^\[undecodable] The value does not fit its schema \d: /);
    }
  });

  it('passes the error on of a registry that does not answer, or answers something else, and decodes when it is back', async () => {
    const value = await encoded();
    const codec = registryCodec(client());
    for (const fault of [
      { status: 500, body: '{"error_code":50001,"message":"Error in the backend data store"}' },
      { status: 503, body: '<html>Service Unavailable</html>' },
      { status: 401, body: '{"error_code":401,"message":"Unauthorized"}' },
      { status: 429, body: '{"error_code":42901,"message":"Too many requests"}' },
      // Of a proxy, for all that the codec knows.
      { status: 404, body: '404 page not found' },
    ]) {
      running().fault = fault;
      const error = await refusalOf(codec, value, record);
      expect([(error as Error).name, (error as { status?: unknown }).status]).to.deep.equal(['ResponseError', fault.status]);
    }
    running().fault = undefined;
    expect(await codec.decode(value, record)).to.deep.include(order);
  });

  it('passes the error on of a registry that is down', async () => {
    const value = await encoded();
    const codec = registryCodec(client());
    await running().stop();
    expect(await refusalOf(codec, value, record)).to.have.property('name', 'ResponseError');
  });

  it('refuses what is no registry', () => {
    expect(() => registryCodec({} as never)).to.throw('[invalid_option] registryCodec takes a SchemaRegistry');
  });
});
