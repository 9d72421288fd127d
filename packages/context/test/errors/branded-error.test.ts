import { expect } from 'chai';
import { BrandedError } from '../../src/internal.ts';

class PackageError extends BrandedError<'late'> {
  protected static override readonly brand: symbol = Symbol.for('@tracelink/context.test.PackageError');
}

class CopyOfPackageError extends BrandedError<'late'> {
  protected static override readonly brand: symbol = Symbol.for('@tracelink/context.test.PackageError');
}

class OtherError extends BrandedError<'late'> {
  protected static override readonly brand: symbol = Symbol.for('@tracelink/context.test.OtherError');
}

describe('a branded error', () => {
  it('has its code, also in front of its message, and its cause', () => {
    const cause = new Error('the reason');
    const error = new PackageError('late', 'The answer is late.', { cause });
    expect(error).to.include({ code: 'late', message: '[late] The answer is late.', cause });
  });

  it('is an instance of its class in another copy of the package, and of no other class', () => {
    const error = new PackageError('late', 'The answer is late.');
    expect(error).to.be.instanceOf(PackageError).and.instanceOf(CopyOfPackageError).and.instanceOf(Error);
    expect(error).to.not.be.instanceOf(OtherError);
    expect(new Error('late')).to.not.be.instanceOf(PackageError);
  });
});
