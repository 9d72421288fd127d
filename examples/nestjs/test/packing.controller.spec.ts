import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { SubscribeContext } from '@tracelink/nestjs';
import { PackingController } from '../src/packing.controller.js';
import { Packing } from '../src/packing.js';

describe('PackingController', () => {
  const pack = jest.fn();
  const context = { getScope: () => ({ signal: new AbortController().signal }) } as unknown as SubscribeContext;
  let controller: PackingController;

  beforeEach(async () => {
    const module = await Test.createTestingModule({
      controllers: [PackingController],
      providers: [{ provide: Packing, useValue: { pack } }],
    }).compile();
    controller = module.get(PackingController);
  });

  it('packs the order of an event', () => {
    controller.pack({ id: 7, item: 'tea' }, context);
    expect(pack).toHaveBeenCalledWith({ id: 7, item: 'tea' });
  });
});
