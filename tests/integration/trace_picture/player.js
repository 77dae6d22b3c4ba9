// Added to a page: steps through it, as somebody with a keyboard would, and says what it finds.
addEventListener('load', () => {
  const lines = [];
  const words = (element) => element.textContent.replace(/\s+/g, ' ').trim();
  const now = document.getElementById('now');
  const boxes = () => [...document.querySelectorAll('#state:not([hidden]) .box:not([hidden])')].map((box) => {
    const rows = [...box.querySelectorAll('dt')].map((dt) => `${words(dt)} ${words(dt.nextSibling)}`);
    rows.push(...[...box.querySelectorAll('li')].map(words));
    return words(box.querySelector('h2')) + ': ' + rows.join('; ');
  });
  const tell = (what) => {
    const current = document.querySelectorAll('.current');
    const later = document.querySelectorAll('.mark.later').length;
    let seen = 'none';
    if (current.length) {
      const box = current[0].querySelector('rect').getBoundingClientRect();
      const bottom = document.getElementById('player').getBoundingClientRect().top;
      seen = box.top >= 0 && box.bottom <= bottom && box.left >= 0 && box.right <= innerWidth ? 'seen' : 'unseen';
    }
    lines.push(`${what}: ${location.hash} | ${words(now).split(':')[0]} | ${current.length} ${seen} | later ${later}`);
  };
  const press = (key, target = document.body) =>
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  tell('asked');
  lines.push('said: ' + words(now));
  for (const box of boxes()) lines.push('box: ' + box);
  press('ArrowRight'); tell('right');
  press('ArrowLeft'); press('ArrowLeft'); tell('left twice');
  press('End'); tell('end');
  press('ArrowRight'); tell('beyond');
  press('Home'); tell('home');
  press('ArrowLeft'); tell('before');
  for (const name of ['forward', 'forward', 'back', 'last', 'first']) {
    document.querySelector(`[data-to=${name}]`).click();
  }
  document.querySelector('[data-to=forward]').click();
  tell('buttons');
  const slider = document.getElementById('slider');
  slider.value = 5;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  tell('slider');
  const mark = document.querySelectorAll('.mark')[8];
  mark.focus();
  press('Enter', mark);
  tell('enter');
  for (const control of document.querySelectorAll('#player button, #slider, #state')) {
    if (!control.getAttribute('aria-label') || control.tabIndex < 0) lines.push('mute: ' + control.outerHTML);
  }
  lines.push('wide: ' + (document.documentElement.scrollWidth > innerWidth));
  lines.push('requests: ' + performance.getEntriesByType('resource').length);
  parent.postMessage(lines.join('\n'), '*');
});
