import { expect } from 'chai';
import { apiNames, apiOf } from '../../src/wire/apis/apis.ts';
import { defaultOf, fieldSpec, fieldSpecs, includes } from '../../src/wire/codecs/field-spec.ts';
import { messageCodec } from '../../src/wire/codecs/message-codec.ts';
import type { Field, FieldLine, Fields } from '../../src/wire/apis/schema.ts';

describe('a field line', () => {
  it('gives the type, versions, nullable versions, tag and default', () => {
    const spec = fieldSpec('topics', 'string[] 1-7 nullable 2+ tag 3 = []');
    expect(spec).to.deep.equal({
      name: 'topics',
      type: 'string',
      isArray: true,
      versions: { min: 1, max: 7 },
      nullable: { min: 2, max: Infinity },
      tag: 3,
      default: [],
      fields: undefined,
    });
  });

  it('covers every version when it names none, and is nullable in all of them without a range', () => {
    expect(fieldSpec('acks', 'int16')).to.include({
      type: 'int16',
      isArray: false,
      nullable: undefined,
      tag: undefined,
      default: undefined,
    });
    expect(includes(fieldSpec('acks', 'int16').versions, 0)).to.equal(true);
    expect(fieldSpec('rack', 'string 3-5 nullable').nullable).to.deep.equal({ min: 3, max: 5 });
  });

  it('has its own default, or zero, empty or the zero uuid', () => {
    const defaults: readonly (readonly [Field, unknown])[] = [
      ['int32 = -1', -1],
      ['int64', 0],
      ['bool = true', true],
      ['bool = false', false],
      ['bool', false],
      ["string = ''", ''],
      ['string', ''],
      ['string nullable = null', null],
      ['string nullable', ''],
      ['uuid', '00000000-0000-0000-0000-000000000000'],
      ['bytes', Buffer.alloc(0)],
      ['records nullable', Buffer.alloc(0)],
      ['int32[]', []],
      [['struct[]', { id: 'int32' }], []],
      [['struct tag 0', { id: 'int32 = -1', rack: 'string nullable = null', host: 'string' }], { id: -1, rack: null, host: '' }],
    ];
    for (const [field, value] of defaults) expect(defaultOf(fieldSpec('field', field)), JSON.stringify(field)).to.deep.equal(value);
  });

  it('is rejected when it is malformed', () => {
    for (const line of ['', 'int16 3', 'int16  3+', 'string nulable', 'int32 tag', 'int32 =', 'int32 3+ 4+']) {
      expect(() => fieldSpec('field', line as FieldLine), line).to.throw(
        TypeError,
        `The line of the field field cannot be parsed: ${line}`,
      );
    }
  });
});

describe('the field table', () => {
  const structs = (fields: Fields): readonly Fields[] => [fields, ...fieldSpecs(fields).flatMap((spec) => structs(spec.fields ?? {}))];
  const messages = apiNames.flatMap((api) => [apiOf(api).request, apiOf(api).response]);

  it('has the tags of a struct in order, each once, and only in flexible versions', () => {
    for (const api of apiNames) {
      const { flexibleFrom, request, response } = apiOf(api);
      for (const fields of [...structs(request), ...structs(response)]) {
        const tagged = fieldSpecs(fields).filter(({ tag }) => tag !== undefined);
        const tags = tagged.map(({ tag }) => tag ?? -1);
        expect(tags).to.deep.equal([...new Set(tags)].sort((a, b) => a - b));
        for (const { versions } of tagged) expect(flexibleFrom !== null && versions.min >= flexibleFrom).to.equal(true);
      }
    }
  });

  it('has no array elements of zero bytes, so that the bytes left limit every count', () => {
    for (const fields of messages.flatMap((message) => fieldSpecs(message)).flatMap((spec) => structs(spec.fields ?? {}))) {
      if (Object.keys(fields).length === 0) continue;
      const first = Math.min(...fieldSpecs(fields).map(({ versions }) => versions.min));
      expect(messageCodec(fields, { number: Math.max(first, 0), isFlexible: false }).minSize).to.be.greaterThan(0);
    }
  });

  it('has frozen defaults, which a message cannot change', () => {
    for (const fields of messages.flatMap((message) => structs(message))) {
      for (const value of fieldSpecs(fields).map((spec) => defaultOf(spec))) {
        if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value)) expect(Object.isFrozen(value)).to.equal(true);
      }
    }
  });
});
