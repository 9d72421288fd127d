export { deserializerCodec } from './deserializer-codec.ts';
export type { DeserializerLike } from './deserializer-codec.ts';
export { registryCodec } from './registry-codec.ts';
export type { RegistryLike } from './registry-codec.ts';
export { UndecodableError } from '../subscribe/attempt/codec.ts';
export type { Codec, CodecContext } from '../subscribe/attempt/codec.ts';
