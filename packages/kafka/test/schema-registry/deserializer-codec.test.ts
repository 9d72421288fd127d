import { create, createFileRegistry, type DescMessage } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Type, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import {
  AvroDeserializer,
  AvroSerializer,
  HeaderSchemaIdSerializer,
  JsonDeserializer,
  JsonSerializer,
  ProtobufDeserializer,
  ProtobufSerializer,
  RuleRegistry,
  SchemaRegistryClient,
  SerdeType,
  type Client,
  type RuleContext,
  type Serializer,
} from '@confluentinc/schemaregistry';
import { expect } from 'chai';
import type { IHeaders } from 'kafkajs';
import { deserializerCodec, type Codec, type DeserializerLike } from '../../src/schema-registry/index.ts';
import { refusalOf, useSchemaRegistry } from '../support/registry/use-schema-registry.ts';

const order = { id: 'o-1', amount: 7 };

/** A way of encoding, as its users write it. */
interface Format {
  readonly schemaType: string;
  readonly schema?: string;
  readonly value: object;
  readonly serializer: (client: Client, config: object) => Serializer;
  readonly deserializer: (client: Client) => DeserializerLike;
}

const formats: Readonly<Record<'Avro' | 'JSON Schema' | 'Protobuf', Format>> = {
  Avro: {
    schemaType: 'AVRO',
    schema: JSON.stringify({
      type: 'record',
      name: 'Order',
      fields: [
        { name: 'id', type: 'string' },
        { name: 'amount', type: 'int' },
      ],
    }),
    value: order,
    serializer: (client, config) => new AvroSerializer(client, SerdeType.VALUE, { useLatestVersion: true, ...config }),
    deserializer: (client) => new AvroDeserializer(client, SerdeType.VALUE, {}),
  },
  'JSON Schema': {
    schemaType: 'JSON',
    schema: JSON.stringify({ type: 'object', required: ['id'], properties: { id: { type: 'string' } } }),
    value: order,
    serializer: (client, config) => new JsonSerializer(client, SerdeType.VALUE, { useLatestVersion: true, ...config }),
    deserializer: (client) => new JsonDeserializer(client, SerdeType.VALUE, {}),
  },
  Protobuf: {
    schemaType: 'PROTOBUF',
    value: create(orderMessage(), order as never),
    serializer(client, config) {
      const serializer = new ProtobufSerializer(client, SerdeType.VALUE, { autoRegisterSchemas: true, ...config });
      serializer.registry.add(orderMessage());
      return serializer;
    },
    deserializer: (client) => new ProtobufDeserializer(client, SerdeType.VALUE, {}),
  },
};

describe('deserializerCodec, with @confluentinc/schemaregistry', () => {
  const running = useSchemaRegistry();
  const client = (): SchemaRegistryClient => new SchemaRegistryClient({ baseURLs: [running().url], maxRetries: 0 });
  const codecOf = ({ deserializer }: Format): Codec<unknown> => deserializerCodec(client(), deserializer);
  const record = { topic: 'orders', partition: 0, key: null };

  async function encoded({ schemaType, schema, value, serializer }: Format, config: object = {}, ruleSet?: object) {
    const registry = client();
    if (schema !== undefined) await registry.register('orders-value', { schemaType, schema, ...(ruleSet && { ruleSet }) } as never);
    const headers: IHeaders = {};
    return { value: await serializer(registry, config).serialize('orders', value, headers), headers };
  }

  for (const [name, format] of Object.entries(formats)) {
    it(`decodes ${name} with the id of its schema in front of the payload`, async () => {
      const { value, headers } = await encoded(format);
      expect(value.subarray(0, 5)).to.deep.equal(Buffer.from([0, 0, 0, 0, 1]));
      expect(await codecOf(format).decode(value, { ...record, headers })).to.deep.include(order);
    });

    it(`decodes ${name} with the id of its schema in a header`, async () => {
      const { value, headers } = await encoded(format, { schemaIdSerializer: HeaderSchemaIdSerializer });
      expect(headers).to.have.property('__value_schema_id');
      expect(await codecOf(format).decode(value, { ...record, headers })).to.deep.include(order);
    });

    it(`finds a payload undecodable that does not fit its schema of ${name}`, async () => {
      const { value, headers } = await encoded(format);
      const error = await refusalOf(codecOf(format), value.subarray(0, value.length - 1), { ...record, headers });
      expect(error)
        .to.have.property('message')
        .that.matches(/^\[undecodable] The value does not fit its schema: /);
      expect(error).to.have.property('cause').that.is.instanceOf(Error);
    });
  }

  it('returns null for a tombstone (B31)', async () => {
    expect(await codecOf(formats.Avro).decode(null, { ...record, headers: {} })).to.equal(null);
  });

  it('finds a value undecodable that names no schema, or one that the registry does not have', async () => {
    const codec = codecOf(formats.Avro);
    for (const value of [Buffer.from('{"id":1}'), Buffer.from([0, 0, 0, 0])])
      expect(await refusalOf(codec, value, { ...record, headers: {} }))
        .to.have.property('message')
        .that.matches(/^\[undecodable] The value does not fit its schema: /);
    const unknownId = await refusalOf(codec, Buffer.from([0, 0, 0, 3, 231, 1]), { ...record, headers: {} });
    expect(unknownId)
      .to.have.property('message')
      .that.matches(/^\[undecodable] The registry does not have the schema: Schema 999 not found/);
    const headers = { __value_schema_id: Buffer.concat([Buffer.from([1]), Buffer.alloc(16, 7)]) };
    expect(await refusalOf(codec, Buffer.from([2]), { ...record, headers }))
      .to.have.property('message')
      .that.matches(/^\[undecodable] The registry does not have the schema: Schema 07070707-0707/);
  });

  it('passes the error on of a registry that does not answer, or answers something else, and decodes when it is back', async () => {
    const { value, headers } = await encoded(formats.Avro);
    const codec = codecOf(formats.Avro);
    for (const fault of [
      { status: 500, body: '{"error_code":50001,"message":"Error in the backend data store"}' },
      { status: 503, body: '<html>Service Unavailable</html>' },
      { status: 401, body: '{"error_code":401,"message":"Unauthorized"}' },
      { status: 404, body: '404 page not found' },
    ]) {
      running().fault = fault;
      expect(await refusalOf(codec, value, { ...record, headers }))
        .to.include({ status: fault.status })
        .and.not.have.property('code');
    }
    running().fault = undefined;
    expect(await codec.decode(value, { ...record, headers })).to.deep.include(order);
  });

  it('passes the error on of a registry that is down', async () => {
    const { value, headers } = await encoded(formats.Avro);
    const codec = codecOf(formats.Avro);
    await running().stop();
    expect(await refusalOf(codec, value, { ...record, headers }))
      .to.have.property('code')
      .that.matches(/^ECONN(REFUSED|RESET)$/);
  });

  it('passes the error on of a rule of the schema', async () => {
    const type = 'UNAVAILABLE_KEYS';
    RuleRegistry.registerRuleExecutor({
      configure: () => {},
      type: () => type,
      close: () => {},
      transform: async (context: RuleContext, message: unknown) => {
        if (context.ruleMode === 'READ') throw new Error('the key service does not answer');
        return message;
      },
    });
    const rule = { name: 'decrypt', kind: 'TRANSFORM', mode: 'WRITEREAD', type };
    const { value, headers } = await encoded(formats.Avro, {}, { domainRules: [rule] });
    expect(await refusalOf(codecOf(formats.Avro), value, { ...record, headers }))
      .to.have.property('message')
      .that.equals('rule decrypt failed: the key service does not answer');
  });

  it('refuses what is no client', () => {
    expect(() => deserializerCodec(undefined as never, () => ({}) as never)).to.throw('[invalid_option] deserializerCodec takes');
    expect(() => deserializerCodec({}, undefined as never)).to.throw('[invalid_option] deserializerCodec takes');
  });
});

/** The message `Order`, as `protoc` would compile it. */
function orderMessage(): DescMessage {
  const field = (name: string, number: number, type: FieldDescriptorProto_Type) => ({ name, number, type, jsonName: name });
  const file = create(FileDescriptorProtoSchema, {
    name: 'order.proto',
    syntax: 'proto3',
    messageType: [
      {
        name: 'Order',
        field: [field('id', 1, FieldDescriptorProto_Type.STRING), field('amount', 2, FieldDescriptorProto_Type.INT32)] as never,
      },
    ],
  });
  return createFileRegistry(file, () => undefined).getMessage('Order') as DescMessage;
}
