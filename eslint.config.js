import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import globals from 'globals'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['dist', 'data', 'coverage', 'test-results', 'playwright-report', '.wireit'] },
  js.configs.recommended,
  ts.configs.recommended,
  vue.configs['flat/recommended'],
  accessibility.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser }, globals: globals.browser },
  },
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-undef': 'off', // the compiler knows
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // One line where it fits, as the eye reads it; the formatter's rules would stretch every tag.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/require-default-prop': 'off', // undefined is a default, and the types say where it may be
      'vue/multi-word-component-names': 'off',
      // Shoelace's parts take their place in a slot by attribute: they are not Vue components.
      'vue/no-deprecated-slot-attribute': 'off',
      'vuejs-accessibility/label-has-for': 'off',
    },
  },
  {
    files: ['src/**'],
    rules: {
      'complexity': ['error', 10],
      'max-lines': ['error', { max: 150, skipBlankLines: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  { files: ['tests/**'], rules: { 'vue/one-component-per-file': 'off' } },
  {
    // A pause is too short for a busy machine and too long for an idle one. What is measured or killed at a time is elsewhere.
    files: ['tests/{client,server,sdk,shared,e2e,helpers}/**'],
    ignores: ['tests/helpers/far.ts'],
    rules: {
      'no-restricted-imports': ['error', { name: 'node:timers/promises', message: 'Wait for what must happen, not for a time.' }],
      'no-restricted-syntax': ['error',
        { selector: 'NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"][arguments.length>1]', message: 'Wait for what must happen, not for a time.' },
        { selector: 'CallExpression[callee.property.name="waitForTimeout"]', message: 'Wait for what must happen, not for a time.' },
      ],
    },
  },
)
