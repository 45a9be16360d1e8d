exchange-console-title = التبادلات
exchange-console-what = رسائل HL7 v2 القادمة من أنظمة أخرى والذاهبة إليها. الرسالة المعلقة تنتظر من يقول لمن هي، وتنتظر خلفها الرسائل التالية للمريض نفسه.
exchange-console-none = ليس لهذا الخادم قنوات. تُذكر في ملف عند بدء تشغيله (--channels).
exchange-console-channel = القناة
exchange-console-way = الاتجاه
exchange-console-in = واردة
exchange-console-out = صادرة
exchange-console-address = العنوان
exchange-console-state = الحالة
exchange-console-state-waiting = في الانتظار
exchange-console-state-done = منجزة
exchange-console-state-parked = تنتظر قرارا
exchange-console-state-dead = مرفوضة
exchange-console-state-discarded = مستبعدة
exchange-console-n-waiting = { $n ->
    [zero] لا رسالة في الانتظار
    [one] رسالة في الانتظار
    [two] رسالتان في الانتظار
    [few] { $n } رسائل في الانتظار
    [many] { $n } رسالة في الانتظار
   *[other] { $n } رسالة في الانتظار
  }
exchange-console-n-parked = { $n ->
    [zero] لا رسالة تنتظر قرارا
    [one] رسالة تنتظر قرارا
    [two] رسالتان تنتظران قرارا
    [few] { $n } رسائل تنتظر قرارا
    [many] { $n } رسالة تنتظر قرارا
   *[other] { $n } رسالة تنتظر قرارا
  }
exchange-console-n-dead = { $n ->
    [zero] لا رسالة مرفوضة
    [one] رسالة مرفوضة
    [two] رسالتان مرفوضتان
    [few] { $n } رسائل مرفوضة
    [many] { $n } رسالة مرفوضة
   *[other] { $n } رسالة مرفوضة
  }
exchange-console-all = الكل
exchange-console-messages = الرسائل
exchange-console-message = الرسالة { $control }
exchange-console-one = رسالة
exchange-console-control = معرف الرسالة
exchange-console-number = رقم المريض أو الإقامة
exchange-console-find = بحث
exchange-console-no-messages = لا رسالة من هذا النوع.
exchange-console-when = متى
exchange-console-event = الحدث
exchange-console-sender = المرسل
exchange-console-more = هناك رسائل أخرى. حدد ما تبحث عنه أكثر.
exchange-console-why-traits = الرقم معروف هنا، لكن ما تقوله الرسالة عن الشخص لا يوافق ملفه.
exchange-console-why-unknown = لا أحد هنا يحمل هذا الرقم.
exchange-console-why-several = أرقام الرسالة لمرضى مختلفين.
exchange-console-why-nameless = لا أحد هنا يحمل هذا الرقم، والرسالة لا تقول من هو.
exchange-console-why-numberless = في الرسالة مريض بلا رقم.
exchange-console-why-place = هذا المكان غير معروف هنا.
exchange-console-why-taken = المكان مشغول أو موعود به.
exchange-console-why-stay = الإقامة غير معروفة هنا، أو هي لمريض آخر.
exchange-console-why-house = الإقامة لا تسمح بهذه الحركة.
exchange-console-why-told = لا تقول الرسالة كل ما يلزم.
exchange-console-why-renamed = صار لمريض رقم آخر.
exchange-console-why-refused = لا يمكن العمل بالرسالة كما هي.
exchange-console-by = تقرر في { $when } من طرف
exchange-console-copy = نسخة من رسالة أخرى
exchange-console-behind = { $n ->
    [zero] لا رسالة للمريض نفسه تنتظر خلفها.
    [one] رسالة للمريض نفسه تنتظر خلفها.
    [two] رسالتان للمريض نفسه تنتظران خلفها.
    [few] { $n } رسائل للمريض نفسه تنتظر خلفها.
    [many] { $n } رسالة للمريض نفسه تنتظر خلفها.
   *[other] { $n } رسالة للمريض نفسه تنتظر خلفها.
  }
exchange-console-whose = لمن هي؟
exchange-console-whose-number = للمريض صاحب هذا الرقم:
exchange-console-whose-new = لشخص جديد: يُنشأ له ملف
exchange-console-whose-discard = لا شيء يُعمل بها، لأن:
exchange-console-why = السبب
exchange-console-whose-again = إعادة المحاولة كما هي: زال ما كان يمنعها
exchange-console-learned = تعد هذه القناة هذا الرقم رقم { $who }.
exchange-console-learned-by = تقرر في { $when } من قبل
exchange-console-forget = نسيان هذا الرقم
exchange-console-decide = تقرير
exchange-console-check = تأكد أنه هذا الشخص، واختره، ثم قرر.
exchange-console-replaces = تكتب هذه القناة الهوية: ما تقوله الرسالة عن الشخص يحل محل ما في ملفه، حقلا حقلا؛ والهوية المتحقق منها تبقى كما هي.
exchange-console-says = ما تقوله
exchange-console-unreadable = تعذرت قراءة الرسالة.
exchange-console-cut = الرسالة أطول مما يُعرض.
exchange-console-again = تمريرها من جديد
exchange-console-again-same = تمريرها كما هي
exchange-console-again-edited = تمريرها كما صُححت
exchange-console-edit = الرسالة، مقطع في كل سطر. ما وصل يبقى كما وصل.
exchange-console-wrong-whose = قل لمن الرسالة.
exchange-console-wrong-number = لا مريض يحمل هذا الرقم. اكتب الرقم كاملا.
exchange-console-wrong-new = هذه القناة لا تنشئ مرضى. سجل الشخص أولا، ثم اكتب رقمه هنا.
exchange-console-wrong-why = اكتب السبب، من 5 إلى 300 حرف.
exchange-console-wrong-text = هذه ليست رسالة يمكن قراءتها.
exchange-console-wrong-moved = سبقك شخص آخر أو القناة نفسها. تُعرض الرسالة كما هي الآن.
exchange-console-field-application = البرنامج المرسل
exchange-console-field-sent = وقت الإرسال
exchange-console-field-occurred = وقت الحدث
exchange-console-field-numbers = الأرقام
exchange-console-field-name = الاسم
exchange-console-field-birth = تاريخ الميلاد
exchange-console-field-sex = الجنس
exchange-console-field-home = عنوان السكن
exchange-console-field-phone = الهاتف
exchange-console-field-class = نوع الإقامة
exchange-console-field-place = المكان
exchange-console-field-doctor = الطبيب
exchange-console-field-stay = رقم الإقامة
exchange-console-field-admitted = الدخول
exchange-console-field-left = الخروج
exchange-console-field-measured = ما قيس
exchange-console-field-value = القيمة
