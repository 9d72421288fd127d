/** The uuid that stands for none: of a topic that is not there, or in a version without topic ids. */
export const zeroUuid = '00000000-0000-0000-0000-000000000000';
