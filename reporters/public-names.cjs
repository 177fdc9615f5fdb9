// What `require('gate10')` gives to a journey that is loaded as CommonJS: the module that the configuration has loaded.
module.exports = globalThis[Symbol.for('gate10.public-names')];
