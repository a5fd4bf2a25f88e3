/* Light or dark: a choice is kept in a cookie, so that the server draws the next page right at once. */
(() => {
  'use strict';
  const root = document.documentElement;
  const dark = () => root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const choose = theme => {
    root.dataset.theme = theme;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    root.dispatchEvent(new CustomEvent('tracker:theme', { bubbles: true, detail: { theme } }));
  };
  document.addEventListener('click', event => {
    if (event.target.closest('[data-theme-toggle]')) choose(dark() ? 'light' : 'dark');
  });
})();
