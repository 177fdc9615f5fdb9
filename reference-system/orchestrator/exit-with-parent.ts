// Loaded before a child's own code. The channel to the parent closes however the parent ends, SIGKILL included,
// so no child outlives the system that started it.
process.on('disconnect', () => process.exit(0));
// The channel itself must not keep a child alive that has closed everything else.
process.channel?.unref();
