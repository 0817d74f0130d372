import http.client, os, resource, time, threading, re
import pytest
from turnabout.people.models import DirectoryImport
@pytest.mark.django_db(transaction=True)
def test_big(live_server, cast, client_of, clock_at, socket_enabled):
    cl=client_of(cast.olu); cookie=cl.cookies["sessionid"].value
    host=live_server.url.removeprefix("http://")
    c=http.client.HTTPConnection(host); c.request("GET","/people/import/",headers={"Cookie":f"sessionid={cookie}"}); r=c.getresponse(); body=r.read().decode()
    token=re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"',body).group(1); csrf=re.search(r"csrftoken=([^;]+)",r.headers["Set-Cookie"]).group(1)
    before=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    b="xxBOUNDARYxx"
    head=(f'--{b}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--{b}\r\nContent-Disposition: form-data; name="people"; filename="big.csv"\r\nContent-Type: text/csv\r\n\r\n').encode(); tail=f"\r\n--{b}--\r\n".encode()
    chunk=b"1,aaaaaaaaaaaaaaaaaaaaaaaa\n"*40000; n=200_000_000//len(chunk)
    t=time.time()
    c=http.client.HTTPConnection(host); c.putrequest("POST","/people/import/"); 
    for k,v in {"Cookie":f"sessionid={cookie}; csrftoken={csrf}","Content-Type":f"multipart/form-data; boundary={b}","Content-Length":str(len(head)+len(tail)+n*len(chunk)),"Referer":live_server.url+"/people/import/"}.items(): c.putheader(k,v)
    c.endheaders(); c.send(head)
    for _ in range(n): c.send(chunk)
    c.send(tail); r=c.getresponse(); text=r.read().decode()
    after=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("STATUS",r.status,re.findall(r"This file has[^<]*",text)[:1],"secs",round(time.time()-t,1),"rss grew kB",after-before, DirectoryImport.objects.count())
