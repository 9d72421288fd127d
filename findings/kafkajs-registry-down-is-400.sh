#!/usr/bin/env bash
# @kafkajs/confluent-schema-registry 3.9.0: a registry that refuses connections rejects with a ResponseError of the status 400, as if it had answered that the request
# was wrong. The text of the system's error is in the message alone. (kafkajs/confluent-schema-registry#306)
. "$(dirname "$0")/support/kafka.sh"
install @kafkajs/confluent-schema-registry@3.9.0
run <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:net';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
// A port that was free a moment ago.
const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();
server.close();
await once(server, 'close');
const registry = new SchemaRegistry({ host: `http://127.0.0.1:${port}`, retry: { retries: 0 } });
const error = await registry.getSchema(1).catch((reason) => reason);
console.log(error.name, error.status, error.message.includes('ECONNREFUSED'), error.code, error.cause);
JS
expect 'ResponseError 400 true undefined undefined'
