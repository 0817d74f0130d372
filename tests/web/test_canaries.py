import re, time
from collections import defaultdict
def test_it(cast, client_of, clock_at):
    from tests.web.whole_life import Told
    from tests.web.crawling import crawl, clients_of, addresses, columns_that_hold
    t=time.time()
    life = Told(cast=cast, client_of=client_of, clock_at=clock_at).whole_life()
    print("built", time.time()-t); t=time.time()
    print(len(list(addresses())))
    found=defaultdict(set); stat=defaultdict(int)
    for s in crawl(clients_of(cast, client_of)):
        stat[s.member,s.status]+=1
        if s.status>=500: print(s)
        for c in set(re.findall(r"canary-([a-z_-]+)-7f3a", s.text)): found[c].add((s.member,s.name))
        for w in ("Averted","Asked","Unwilling","plays no part in appraisal, pay or references. Neither","Bad experiences I have had"):
            if w in s.text: found[w].add((s.member,s.name))
    print("crawled", time.time()-t); t=time.time()
    print(dict(stat))
    for c in sorted(found): print(c, sorted(found[c]))
    print(columns_that_hold("canary-"), time.time()-t)
    assert 0
