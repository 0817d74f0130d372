"""Given and family names by language: enough to be believable, with the letters that break careless software."""

NAMES: dict[str, tuple[str, str]] = {
    "fr": (
        "Camille Léa Manon Chloé Inès Zoé Aïcha Élodie Hugo Théo Noé Maël Raphaël Loïc Anaïs Jérôme Solène Benoît Océane Yann",
        "Martin Lefèvre Moreau Garnier Rousseau Girard Dupré Benali Chevalier Fontaine Perrin Da-Costa Le-Gall Bonnet Marchand Duval N'Diaye Lambert Roux Picard",
    ),
    "en": (
        "Amelia Oliver Isla Jack Freya Harry Niamh Callum Priya Jamal Sean Grace Ethan Ruby Owen Zara Liam Imogen Marcus Tessa",
        "Smith O'Brien Taylor Evans Okonkwo Walsh Hughes Patel McCarthy Robinson Clarke Bennett Nguyen Foster Begum Murray Reid Grant Ellis Shaw",
    ),
    "de": (
        "Anna Jürgen Lena Björn Käthe Jonas Sophie Lukas Mareike Günther Nele Felix Jana Tobias Ayşe Moritz Heike Stefan Lina Jörg",
        "Müller Schmidt Weiß Köhler Groß Schäfer Vogel Kühn Böhm Lange Yılmaz Krüger Hofmann Zöllner Brandt Fuchs Jäger Roth Engel Thoma",
    ),
    "es": (
        "Lucía Mateo Sofía Iñaki Martín Carmen Álvaro Inés Javier Noa Íker Paula Andrés Ximena Diego Nuria Raúl Begoña Óscar Alba",
        "García Núñez Peña Fernández Ibáñez López Muñoz Castro Vázquez Ruiz Ortega Delgado Serrano Marín Domínguez Ramos Gil Cano Prieto Soler",
    ),
    "it": (
        "Giulia Luca Chiara Matteo Alessia Niccolò Sofia Davide Martina Gabriele Elena Simone Noemi Tommaso Ilaria Pietro Marta Andrea Beatrice Dario",
        "Rossi Bianchi D'Angelo Ferrari Esposito Romano Colombo Ricci Marino Greco Lo-Presti Gallo Conti De-Luca Mancini Costa Giordano Rizzo Moretti Barbieri",
    ),
    "nl": (
        "Sanne Daan Lotte Bram Fleur Joris Noor Sem Anouk Thijs Femke Ruben Yara Jeroen Eva Wout Maud Pieter Ilse Koen",
        "de-Vries Janssens van-den-Berg Peeters Bakker Claes Visser Maes Smit Willems Mulder Jacobs de-Groot Mertens Bos Hermans Vermeulen Dekker Wouters Aerts",
    ),
    "pt": (
        "Inês João Beatriz Tomás Leonor Gonçalo Mafalda Simão Marta Duarte Catarina Rúben Sofia Martim Joana Luís Rita Vasco Ana André",
        "Silva Conceição Santos Magalhães Ferreira Gonçalves Pereira Simões Oliveira Araújo Costa Guimarães Rodrigues Falcão Martins Brandão Sousa Leitão Lopes Mourão",
    ),
    "pl": (
        "Zuzanna Łukasz Agnieszka Paweł Małgorzata Michał Katarzyna Wojciech Joanna Tomasz Świętosława Jakub Ola Grzegorz Ewa Bartosz Hanna Piotr Iga Kamil",
        "Nowak Wiśniewska Wójcik Kowalczyk Kamińska Lewandowski Zielińska Szymański Woźniak Dąbrowska Kozłowski Jankowska Mazur Król Wieczorek Jabłońska Wróbel Stępień Górska Pawlak",
    ),
    "cs": (
        "Tereza Jiří Kateřina Ondřej Eliška Matěj Anežka Tomáš Šárka Vojtěch Lucie Jakub Barbora Zdeněk Petra Radek Klára Marek Žaneta Filip",
        "Novák Svobodová Dvořák Černá Procházka Kučerová Veselý Horáková Němec Marková Pokorný Růžičková Hájek Králová Beneš Fialová Šimek Doležalová Kříž Zemanová",
    ),
    "hu": (
        "Eszter Bence Réka Máté Zsófia Gergő Dóra Ádám Luca Balázs Anna Zoltán Katalin Dávid Ágnes Péter Ildikó Gábor Nóra István",
        "Nagy Kovács Tóth Szabó Horváth Varga Kiss Molnár Németh Farkas Balogh Papp Lakatos Takács Juhász Mészáros Oláh Simon Rácz Fekete",
    ),
    "ro": (
        "Ioana Andrei Ștefania Mihai Elena Răzvan Mădălina Vlad Ana Cătălin Bianca Ionuț Alexandra Dragoș Irina Radu Oana Tudor Simona Ovidiu",
        "Popescu Ionescu Dumitrescu Stănescu Georgescu Țurcanu Radu Constantin Șerban Marin Tănase Munteanu Diaconu Florea Ciobanu Moldovan Lupu Cristea Barbu Neagu",
    ),
    "el": (
        "Μαρία Γιώργος Ελένη Νίκος Κατερίνα Δημήτρης Σοφία Κώστας Άννα Γιάννης Χριστίνα Πέτρος Ιωάννα Στέλιος Δάφνη Μάνος Ζωή Λευτέρης Θάλεια Αλέξης",
        "Παπαδοπούλου Νικολάου Γεωργίου Βασιλείου Οικονόμου Αντωνίου Δημητρίου Ιωάννου Μακρή Χατζή Καραγιάννη Λάμπρου Σταύρου Θεοδώρου Κωστοπούλου Ράπτη Μιχαήλ Αλεξίου Φωτίου Ζαχαρίου",
    ),
    "sv": (
        "Elsa Åke Maja Björn Saga Östen Ebba Nils Wilma Håkan Freja Axel Tuva Göran Linnéa Oskar Märta Sven Ida Rasmus",
        "Andersson Lindqvist Sjöberg Åström Öberg Bergström Nyström Ekdahl Håkansson Löfgren Sandberg Forsén Hedlund Strömberg Wikström Dahl Ahlgren Blom Falk Hellström",
    ),
    "tr": (
        "Zeynep Emre Elif Çağlar Ayşe İbrahim Defne Öykü Mert Gülşen Deniz Şule Kerem Ümit Ece Barış Selin Oğuz Naz Yiğit",
        "Yılmaz Demir Şahin Çelik Öztürk Aydın Arslan Doğan Kılıç Koç Kurt Özdemir Güneş Aksoy Erdoğan Polat Tekin Uçar Ünal Işık",
    ),
    "ar": (
        "Salma Youssef Nour Omar Yasmine Karim Hajar Mehdi Layla Amine Fatima-Zahra Tarek Dina Hassan Rania Bilal Imane Khaled Mona Anas",
        "El-Amrani Haddad Benjelloun Mansour Berrada Farouk Tazi Nasser Alaoui Saleh Chraibi Abdel-Rahman Idrissi Fahmy Bennani Zaki Ouazzani Sabry Lahlou Shafik",
    ),
    "ng": (
        "Adaeze Chinedu Amara Tunde Ngozi Babajide Ifeoma Segun Zainab Emeka Folake Musa Temitope Chioma Kelechi Aisha Olumide Nneka Ibrahim Yetunde",
        "Adeyemi Okafor Balogun Eze Ogunleye Nwosu Bello Okonkwo Adebayo Obi Lawal Chukwu Afolabi Uche Danjuma Olawale Ibekwe Sanni Akpan Onyeka",
    ),
    "in": (
        "Aarav Ananya Rohan Diya Karthik Meera Arjun Isha Vikram Lakshmi Siddharth Kavya Rahul Nandini Aditya Pooja Manoj Shreya Farhan Divya",
        "Sharma Iyer Patil Reddy Nair Kulkarni Gupta Menon Joshi Subramanian Desai Rao Khan Deshpande Pillai Bose Chatterjee Verma Krishnan Fernandes",
    ),
    "zh": (
        "Wei-Ling Jun-Jie Mei-Lin Zhi-Hao Hui-Min Kai-Xin Li-Ting Yong-Sheng Siti Arun Xin-Yi Jia-Hao Pei-Shan Rui-En Nurul Dinesh Shu-Fen Wen-Jie Farah Ming-Hui",
        "Tan Lim Lee Ng Wong Goh Chua Ong Koh Teo Rahman Raj Ang Yeo Low Sim Ho Toh Chan Seah",
    ),
    "ja": (
        "美咲 健太 葵 翔太 陽菜 大輔 結衣 拓也 さくら 直樹 真央 亮 千尋 悠斗 彩 誠 花子 隼人 由美 浩二",
        "佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村 小林 加藤 吉田 山田 佐々木 松本 井上 木村 林 清水 斎藤 森",
    ),
}


def lists(key: str) -> tuple[list[str], list[str]]:
    """Given and family names; a hyphen between family names that begin small stands for a space."""
    given, family = NAMES[key]
    return given.split(), [
        name.replace("van-den-", "van den ")
        .replace("de-", "de ")
        .replace("Da-", "Da ")
        .replace("Le-", "Le ")
        .replace("Lo-", "Lo ")
        .replace("De-", "De ")
        for name in family.split()
    ]
