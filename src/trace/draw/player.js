// Steps through what is drawn, and shows how things stand after each step: the page holds what changes.
(() => {
  const picture = document.querySelector('svg.trace');
  const player = document.getElementById('player');
  const { stops, texts, bars, heads } = JSON.parse(document.getElementById('changes').textContent);
  if (!stops.length) return;
  const slider = document.getElementById('slider');
  const now = document.getElementById('now');
  const state = document.getElementById('state');
  const boxes = [...state.querySelectorAll('.box')];

  // What is drawn, with the stop from which on it is there.
  const stopOf = new Map(stops.map(([key], index) => [key, index + 1]));
  const drawn = [];
  for (const figure of picture.querySelectorAll('[data-key], [data-of], .link')) {
    const { key, of, from, to } = figure.dataset;
    const bar = /^b(\d+)$/.exec(key ?? of ?? '');
    const at = bar ? bars[bar[1]] : stopOf.get(key ?? of ?? to) ?? stopOf.get(from);
    if (at) drawn.push([figure, at]);
  }
  picture.querySelectorAll('.head').forEach((head, lane) => drawn.push([head, heads[lane]]));

  // A stop's number is that of its step in the story. A step that is not drawn by itself: the stop before it.
  const number = (stop) => stops[stop - 1][2];
  const stopAt = (step) => {
    const exact = stops.findIndex(([, , done]) => done === step);
    return step < 1 ? 0 : exact >= 0 ? exact + 1 : Math.max(1, stops.filter(([, , done]) => done < step).length);
  };

  // What is shown after a stop: all changes up to there.
  const after = (step) => {
    const shown = boxes.map(() => new Map());
    for (const [, , , ...changes] of stops.slice(0, step)) {
      for (let i = 0; i < changes.length; i += 3) {
        const [box, row, text] = changes.slice(i, i + 3);
        if (text < 0) shown[box].delete(row);
        else shown[box].set(row, texts[text]);
      }
    }
    return shown;
  };

  const tell = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  const fill = (box, rows, before) => {
    const list = box.querySelector('dl, ul');
    const lines = [...rows].sort(([a], [b]) => a - b).flatMap(([row, text]) => {
      const line = list.matches('dl')
        ? [tell('dt', row < 0 ? '' : row), tell('dd', text)] : [tell('li', text)];
      if (before.get(row) !== text) line.forEach((part) => part.classList.add('new'));
      return line;
    });
    list.replaceChildren(...lines);
    box.hidden = !lines.length;
  };

  let current = 0;
  const go = (step, scrolls = true) => {
    current = Math.max(0, Math.min(stops.length, step));
    const isWhole = current === 0;
    state.hidden = isWhole;
    for (const [figure, at] of drawn) {
      figure.classList.toggle('later', !isWhole && at > current);
      figure.classList.toggle('current', !isWhole && figure.dataset.key === stops[current - 1][0]);
    }
    const [before, shown] = [after(current - 1), after(current)];
    boxes.forEach((box, index) => fill(box, shown[index], current > 1 ? before[index] : shown[index]));
    slider.value = current;
    const words = isWhole ? now.dataset.whole : now.dataset.step.replace('%', number(current));
    now.textContent = isWhole ? words : `${words}: ${stops[current - 1][1]}`;
    slider.setAttribute('aria-valuetext', now.textContent);
    document.body.style.paddingBottom = player.offsetHeight + 'px';
    document.documentElement.style.scrollPaddingBottom = player.offsetHeight + 'px';
    const hash = isWhole ? '' : '#step=' + number(current);
    // Another fragment than ours is somebody else's, until somebody steps.
    const isOurs = !isWhole || location.hash.startsWith('#step=');
    if (isOurs && location.hash !== hash) {
      history.replaceState(null, '', hash || location.pathname + location.search);
    }
    if (!isWhole && scrolls) show(stops[current - 1][0]);
  };

  // Scrolls so that a figure is in what the player leaves of the window.
  const show = (key) => {
    const box = picture.querySelector(`[data-key="${key}"] rect`).getBoundingClientRect();
    const room = innerHeight - player.offsetHeight;
    if (box.top < 60 || box.bottom > room - 40) scrollBy(0, (box.top + box.bottom) / 2 - room / 2);
    const scroller = document.getElementById('picture');
    if (box.left < 40 || box.right > innerWidth - 40) {
      scroller.scrollLeft += (box.left + box.right - innerWidth) / 2;
    }
  };

  const ways = {
    first: () => go(1), back: () => go(current - 1), forward: () => go(current + 1), last: () => go(stops.length),
  };
  player.addEventListener('click', (event) => ways[event.target.closest('[data-to]')?.dataset.to]?.());
  slider.addEventListener('input', () => go(Number(slider.value)));
  picture.addEventListener('click', (event) => {
    const step = stopOf.get(event.target.closest('[data-key]')?.dataset.key);
    if (step) go(step, false);
  });
  const keys = { ArrowLeft: 'back', ArrowRight: 'forward', Home: 'first', End: 'last' };
  addEventListener('keydown', (event) => {
    const { target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || target === slider) return;
    // What scrolls sideways and has the focus goes on doing so.
    const scrolls = target.id === 'picture' && target.scrollWidth > target.clientWidth;
    if (keys[event.key] && !(scrolls && event.key.startsWith('Arrow'))) {
      event.preventDefault();
      ways[keys[event.key]]();
    } else if (event.key === 'Enter' && stopOf.has(target.dataset?.key)) {
      go(stopOf.get(target.dataset.key), false);
    }
  });
  const asked = () => stopAt(Number(/^#step=(\d+)$/.exec(location.hash)?.[1] ?? 0));
  addEventListener('hashchange', () => go(asked()));
  player.hidden = false;
  go(asked());
})();
