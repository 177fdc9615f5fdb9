/** Preloaded by trials: the clock of the process is off by GATE10_TEST_CLOCK_OFFSET_DAYS. The system under test keeps its own. */
const offsetMs = Number(process.env.GATE10_TEST_CLOCK_OFFSET_DAYS ?? 0) * 86_400_000;
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + offsetMs);
    else super(...parts);
  }

  static now() {
    return RealDate.now() + offsetMs;
  }
};
